"""Simulations on disk: cut off anywhere, they end in the same bits."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.experiment import Experiment, measures_in, rounds_done, scan_feedback
from dashboard.workers import run_experiment
from engine.errors import OptionError
from engine.policies.registry import find_policy
from engine.simulation.arms import SEARCH, rate_arms
from engine.simulation.loop import LoopSettings
from engine.splits import Split
from tests import worlds
from tests.provenance import ROOT

PATIENCE = 60.0


class Stopped(Exception):
    """Raised in the middle of a run."""


def experiment(*, rounds: int = 3, seeds: tuple[int, ...] = (1, 2), n: int = 4) -> Experiment:
    world = worlds.noisy()
    return Experiment(
        log=world,
        split=Split(world, world.interactions.clear()),
        model="popularity",
        arms=(*rate_arms(find_policy("epsilon-greedy"), [0, 0.5]), SEARCH),
        seeds=seeds,
        settings=LoopSettings(rounds=rounds, n=n),
    )


def ignore(done: int, total: int) -> None:
    pass


def whole(made: Experiment, folder: Path, *, workers: int = 1) -> tuple[pl.DataFrame, pl.DataFrame]:
    run_experiment(made, folder, workers=workers, progress=ignore)
    return scan_feedback(made, folder).collect(), measures_in(made, folder)


def assert_same(first: tuple[pl.DataFrame, ...], second: tuple[pl.DataFrame, ...]) -> None:
    for one, two in zip(first, second, strict=True):
        assert_frame_equal(one, two, check_exact=True)


@pytest.mark.parametrize("after", [1, 4, 10])
def test_a_run_that_was_cut_off_ends_in_the_same_bits(after: int, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == after:
            raise Stopped

    made = experiment()
    with pytest.raises(Stopped):
        run_experiment(made, tmp_path / "cut", progress=stop)
    assert rounds_done(made, tmp_path / "cut") == after
    assert_same(whole(made, tmp_path / "cut"), whole(made, tmp_path / "once"))


def test_a_killed_process_is_carried_on_by_another(tmp_path: Path) -> None:
    worlds.noisy().interactions.write_csv(tmp_path / "log.csv")
    options = ["--model", "popularity", "--rounds", "40", "--seeds", "1", "--rates", "0,0.5"]
    command = [sys.executable, "-m", "dashboard", "simulate", "--n", "4"]
    command += ["--interactions", str(tmp_path / "log.csv"), *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def start(folder: str) -> subprocess.Popen[bytes]:
        kept = ["--keep", str(tmp_path / folder), "--out", str(tmp_path / f"{folder}.parquet")]
        return subprocess.Popen(
            [*command, *kept],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
        )

    killed = start("killed")
    begun = monotonic()
    while not list((tmp_path / "killed").glob("7-rate-0.5/feedback-0003.parquet")):
        assert monotonic() - begun < PATIENCE
        assert killed.poll() is None
        sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait(PATIENCE) == -signal.SIGKILL
    assert not (tmp_path / "killed.parquet").exists()

    assert start("killed").wait(PATIENCE) == 0
    assert start("once").wait(PATIENCE) == 0
    assert (tmp_path / "killed.parquet").read_bytes() == (tmp_path / "once.parquet").read_bytes()


def test_workers_change_nothing(tmp_path: Path) -> None:
    made = experiment()
    assert_same(whole(made, tmp_path / "two", workers=2), whole(made, tmp_path / "one"))


def test_progress_reaches_the_total(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    run_experiment(experiment(), tmp_path, progress=lambda *now: seen.append(now))
    assert seen == [(done, 18) for done in range(1, 19)]


def test_a_named_error_of_a_worker_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="the catalogue holds 27 items"):
        run_experiment(experiment(n=99), tmp_path, workers=2, progress=ignore)
