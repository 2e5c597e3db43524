"""Published protocols: what is dropped, and what of the rest is held out."""

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dashboard.cli import main
from engine.dataset import Dataset, make_dataset
from engine.errors import TableError
from engine.models.popularity import Popularity
from engine.policies.context import PolicyContext
from engine.policies.registry import make_policy
from engine.protocols import dense_core, recbole
from engine.recommend import recommend
from engine.sources.registry import load
from tests import worlds

USERS, ITEMS = 24, 30


def films() -> pl.DataFrame:
    """A dense log of ratings from 1 to 5, with one user and one item that hardly anybody knows."""
    rng = np.random.default_rng(2)
    users, items = np.nonzero(rng.random((USERS, ITEMS)) < 0.9)
    return pl.DataFrame(
        {
            "user_id": [*(users + 1).astype(str), str(USERS + 1)],
            "item_id": [*(items + 1).astype(str), str(ITEMS + 1)],
            "weight": [*rng.integers(1, 6, len(users)).astype(float), 5.0],
            "timestamp": np.arange(len(users) + 1),
        }
    )


def world() -> Dataset:
    return make_dataset("films", films())


def counts(log: pl.DataFrame, column: str) -> np.ndarray:
    return log.group_by(column).len()["len"].to_numpy()


def test_recbole_drops_low_ratings_and_then_whoever_is_left_with_few() -> None:
    split = recbole(world(), rng=np.random.default_rng(0))
    assert split.validation is not None
    log = pl.concat([split.train.interactions, split.validation, split.held_out])
    assert log["weight"].min() == 3
    assert min(counts(log, "user_id").min(), counts(log, "item_id").min()) >= 10
    assert str(USERS + 1) not in split.train.user_ids
    assert str(ITEMS + 1) not in split.train.item_ids
    liked = world().interactions.filter(pl.col("weight") >= 3)
    assert log.height == dense_core(world().with_interactions(liked), least=10).interactions.height


def test_recbole_cuts_each_user_8_1_1_at_random() -> None:
    split = recbole(world(), rng=np.random.default_rng(0))
    other = recbole(world(), rng=np.random.default_rng(1))
    train = split.train.interactions.group_by("user_id").len("train")
    held = split.held_out.group_by("user_id").len("held")
    sizes = train.join(held, on="user_id").join(
        split.validation.group_by("user_id").len("validation"), on="user_id"
    )
    assert sizes.height == split.train.n_users
    for _, kept, out, aside in sizes.iter_rows():
        assert out == aside == (kept + out + aside) // 10
    assert not split.held_out.equals(other.held_out)


def test_a_core_is_what_is_left_when_dropping_ends() -> None:
    # c is known to u alone, and without c u knows too little: then a loses its second user.
    pairs = [("u", "a"), ("u", "c"), ("v", "a"), ("v", "b"), ("w", "b"), ("w", "d"), ("v", "d")]
    log = pl.DataFrame(pairs, schema=["user_id", "item_id"], orient="row")
    edges = pl.DataFrame({"source": ["a", "b", "b"], "target": ["b", "d", "somebody"]})
    core = dense_core(make_dataset("few", log, edges=edges), least=2)
    assert core.user_ids == ("v", "w")
    assert core.item_ids == ("b", "d")
    assert core.edges is not None
    assert core.edges["target"].to_list() == ["d", "somebody"]
    assert core.histories.n_items == 2


def test_a_core_of_nothing_is_told() -> None:
    with pytest.raises(TableError, match="no users and items with 10 interactions"):
        recbole(worlds.dataset_from(np.eye(3)), rng=np.random.default_rng(0))


@pytest.mark.parametrize("cells", [2_000_000, 60])
def test_validation_items_are_not_listed(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.recommend._CELLS", cells)
    split = recbole(world(), rng=np.random.default_rng(0))
    train = split.train
    assert split.validation is not None
    aside = train.with_interactions(split.validation).histories
    model = Popularity().fit(train, rng=np.random.default_rng(0))
    slates = recommend(
        model,
        train.histories,
        policy=make_policy("greedy", PolicyContext(train, model, train.histories)),
        rate=0,
        n=5,
        rng=np.random.default_rng(0),
        unlisted=aside,
    )
    listed = np.zeros((train.n_users, train.n_items + 1), dtype=bool)
    np.put_along_axis(listed, slates.items, True, axis=1)
    assert listed[:, :-1].any()
    assert not (listed[:, :-1] & (aside.seen() | train.histories.seen())).any()


def test_compare_reproduces_it_from_a_zip_laid_out_as_ml_1m(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = films().with_columns(pl.col("weight").cast(pl.Int64))
    with zipfile.ZipFile(tmp_path / "ml-1m.zip", "w") as archive:
        for name, rows in {
            "ratings": log.rows(),
            "users": [(user, "F", 25, 4, "00000") for user in range(1, USERS + 2)],
            "movies": [(item, f"Film {item} (1999)", "Drama") for item in range(1, ITEMS + 2)],
        }.items():
            text = "\n".join("::".join(map(str, row)) for row in rows)
            archive.writestr(f"ml-1m/{name}.dat", text)
    given = str(tmp_path / "ml-1m.zip")
    kept = recbole(load(given), rng=np.random.default_rng(0)).train
    options = ["--protocol", "recbole", "--models", "popularity", "--n", "10", "--resamples", "20"]
    assert main(["compare", "--dataset", given, *options]) == 0
    told = capsys.readouterr()
    assert told.err.splitlines()[0] == (
        f"recbole: {kept.n_users} users, {kept.n_items} items, "
        f"{dense_core(liked(load(given)), least=10).interactions.height} interactions"
    )
    assert told.out.splitlines()[1].startswith("popularity")


def liked(dataset: Dataset) -> Dataset:
    return dataset.with_interactions(dataset.interactions.filter(pl.col("weight") >= 3))
