"""--checkpoint-dir: a command killed in the middle of a fit goes on where it stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.cli import main
from tests import worlds

PATIENCE_SECONDS = 120
RUN = "from dashboard.cli import main; main()"


@pytest.fixture
def log(tmp_path: Path) -> list[str]:
    """The noisy world as the user's own log."""
    worlds.noisy().interactions.write_csv(tmp_path / "log.csv")
    return ["--interactions", str(tmp_path / "log.csv"), "--n", "4"]


def lists(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> tuple[str, list[str]]:
    """What `recommend` prints, and what it tells of the fit on the way."""
    assert main(["recommend", "--model", "mult-vae", *arguments]) == 0
    printed = capsys.readouterr()
    return printed.out, [line for line in printed.err.splitlines() if ": " in line.split(",")[0]]


def test_killed_in_the_middle_it_goes_on_to_the_same_lists(
    log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "kept"
    options = [*log, "--checkpoint-dir", str(folder)]
    killed = subprocess.Popen(
        [sys.executable, "-c", RUN, "recommend", "--model", "mult-vae", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    file, end = folder / "mult-vae" / "fit.safetensors", time.monotonic() + PATIENCE_SECONDS
    while not file.exists() and killed.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    resumed, told = lists(capsys, options)
    whole, told_of_whole = lists(capsys, log)
    assert resumed == whole
    assert told[-1] == told_of_whole[-1]
    again, told_again = lists(capsys, options)
    assert (again, told_again) == (whole, [])


def test_a_fit_tells_epoch_loss_and_time_left(
    log: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    _, told = lists(capsys, log)
    assert len(told) == 10
    assert told[0].startswith("mult-vae: fit, epoch 20 of 200, loss ")
    assert told[-1].endswith(", 0:00 left")


def test_a_checkpoint_of_another_data_set_ends_with_2_and_its_file(
    log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--checkpoint-dir", str(tmp_path / "kept")]
    lists(capsys, [*log, *kept])
    other = ["--interactions", str(tmp_path / "other.csv"), *kept]
    worlds.noisy().interactions.head(90).write_csv(tmp_path / "other.csv")
    assert main(["recommend", "--model", "mult-vae", *other]) == 2
    told = capsys.readouterr().err
    assert "fit.safetensors is a checkpoint of another data set" in told
    assert told.count("\n") == 1


def test_each_compared_model_has_a_folder_and_others_say_that_they_keep_none(
    log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--checkpoint-dir", str(tmp_path / "kept"), "--resamples", "20"]
    assert main(["compare", *log, *kept, "--models", "popularity,mult-vae"]) == 0
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["mult-vae"]
    assert "popularity keeps no checkpoints: it starts afresh each time" in capsys.readouterr().err


def test_an_audit_keeps_and_takes_up_the_same_checkpoint(
    log: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = ["--checkpoint-dir", str(tmp_path / "kept")]
    lists(capsys, [*log, *kept])
    held_out = tmp_path / "held_out.csv"
    held_out.write_text("user_id,item_id\n7,3\n")
    options = [*log, *kept, "--held-out", str(held_out), "--resamples", "20", "--json"]
    assert main(["audit", "--model", "mult-vae", *options]) in (0, 3)
    assert capsys.readouterr().err == ""
