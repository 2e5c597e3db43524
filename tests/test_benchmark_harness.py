"""The harness of contests: who works when, what is counted, and what is never silent."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import polars.selectors as cs
import pytest

from audits.testing import make_audit_world
from tests.benchmarks import environments
from tests.benchmarks.contest import Contestant, contest, ratio
from tests.benchmarks.contestants import recscope_bootstrap, recscope_catalogue
from tests.benchmarks.environments import python_of

DIARIST = """
from tests.benchmarks.worker import serve

def prepare(folder, name):
    def work():
        with (folder / "diary").open("a") as diary:
            diary.write(name)
        print("noise of a library")
        return {"letter": ord(name)}
    return work

serve(prepare)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "diarist.py").write_text(DIARIST, encoding="utf-8")
    (tmp_path / "deserter.py").write_text("print('ready')", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


def test_contestants_take_turns_and_warm_up_is_not_counted(folder: Path) -> None:
    names = ("a", "b")
    outcomes = contest(
        [Contestant(name, "diarist", options=(name,)) for name in names],
        folder,
        rounds=3,
        warm_up=1,
    )

    assert (folder / "diary").read_text(encoding="utf-8") == "abababab"
    assert [len(outcomes[name].seconds) for name in names] == [3, 3]
    assert [outcomes[name].answer["letter"] for name in names] == [97, 98]


def test_a_contestant_that_leaves_ends_the_contest(folder: Path) -> None:
    with pytest.raises((RuntimeError, BrokenPipeError)):
        contest([Contestant("gone", "deserter")], folder, rounds=1)


def test_a_ratio_compares_neighbours_in_the_same_round(folder: Path) -> None:
    [outcome] = contest([Contestant("a", "diarist", options=("a",))], folder, rounds=3).values()

    assert ratio(outcome, outcome) == {"min": 1.0, "median": 1.0, "max": 1.0}


def test_an_environment_is_made_once_and_anew_when_its_pins_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def make(folder: Path, peer: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        made.append(peer)

    monkeypatch.setattr(environments, "ROOT", tmp_path)
    monkeypatch.setattr(environments, "PINS", tmp_path)
    monkeypatch.setattr(environments, "_make", make)
    pins = tmp_path / "peer.txt"

    pins.write_text("numpy==1.26.4\n", encoding="utf-8")
    python_of("peer")
    python_of("peer")
    assert made == ["peer"]

    pins.write_text("numpy==1.26.3\n", encoding="utf-8")
    python_of("peer")
    assert made == ["peer", "peer"]


def test_a_round_of_ours_resamples_anew(tmp_path: Path) -> None:
    values = np.random.default_rng(1).random(60)
    people = {"user_id": [str(row) for row in range(60)], "gender": ["F", "M"] * 30}
    pl.DataFrame({**people, "ndcg": values}).write_csv(tmp_path / "values.csv")
    work = recscope_bootstrap.prepare(tmp_path)
    first, second = work(), work()
    assert first["F value"] == second["F value"]
    assert first["F low"] != second["F low"]


def test_the_catalogue_is_drawn_anew_each_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_audit_world()
    for name, table in world.tables().items():
        place = tmp_path / f"{'lists' if name == 'recommendations' else name}.csv"
        flat = table.with_columns(cs.list().cast(pl.List(pl.String)).list.join("|"))
        flat.write_csv(place)
    asked: list[int] = []
    monkeypatch.setattr(
        recscope_catalogue,
        "audit",
        lambda **options: asked.append(options["settings"].seed) or SimpleNamespace(results=()),
    )
    work = recscope_catalogue.prepare(tmp_path, "group")
    for _ in range(3):
        work()
    assert len(set(asked)) == 3
