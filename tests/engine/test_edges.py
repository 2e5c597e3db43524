"""The optional edges of a data set: which end is what, and what is refused."""

from pathlib import Path

import polars as pl
import pytest

from engine.dataset import Dataset, make_dataset
from engine.edges import conform_edges
from engine.errors import TableError
from engine.sources.own_files import load_files
from engine.splits import leave_last_one
from engine.tables import Origin

LOG = pl.DataFrame({"user_id": ["ann", "bob", "7"], "item_id": ["up", "cars", "7"]})
PEOPLE, FILMS = LOG.select("user_id"), LOG.select("item_id")
EDGES = pl.DataFrame(
    {
        "source": ["ann", "up", "cars", "ann"],
        "relation": ["friend of", "made by", "made by", "friend of"],
        "target": ["bob", "pixar", "pixar", "bob"],
    }
)


def world(edges: pl.DataFrame | None = EDGES) -> Dataset:
    return make_dataset("films", LOG, edges=edges)


def test_the_kind_of_an_end_is_told_by_whose_id_it_is() -> None:
    assert world().edges is not None
    assert world().edges.rows() == [
        ("item", "up", "made by", "other", "pixar"),
        ("item", "cars", "made by", "other", "pixar"),
        ("user", "ann", "friend of", "user", "bob"),
    ]


def test_a_relation_may_lack_and_further_columns_stay() -> None:
    edges = EDGES.drop("relation").with_columns(since=pl.Series([1, 2, 3, 4]))
    found = conform_edges(edges, users=PEOPLE, items=FILMS)
    assert set(found["relation"]) == {"linked"}
    assert found["since"].to_list() == [2, 3, 4]


def test_an_id_of_a_user_and_of_an_item_needs_its_kind() -> None:
    edges = pl.DataFrame({"source": ["up", "7"], "target": ["7", "pixar"]})
    with pytest.raises(TableError, match=r"e\.csv:3, row 2: 7 is a user and an item"):
        conform_edges(edges, users=PEOPLE, items=FILMS, source=Origin("e.csv", first_line=2))
    told = edges.with_columns(source_kind=pl.lit("user"), target_kind=pl.Series(["item", None]))
    told = told.with_columns(source_kind=pl.Series([None, "user"]))
    found = conform_edges(told, users=PEOPLE, items=FILMS)
    assert found["source_kind"].to_list() == ["item", "user"]
    assert found["target_kind"].to_list() == ["item", "other"]


@pytest.mark.parametrize(
    ("kind", "words"), [("film", "up is not a known film"), ("user", "up is not a known user")]
)
def test_a_kind_must_be_known_and_fit(kind: str, words: str) -> None:
    edges = pl.DataFrame({"source": ["up"], "target": ["pixar"], "source_kind": [kind]})
    with pytest.raises(TableError, match=words):
        conform_edges(edges, users=PEOPLE, items=FILMS)


def test_edges_that_touch_nobody_and_nothing_of_the_data_set_are_refused() -> None:
    edges = pl.DataFrame({"source": ["gone"], "target": ["pixar"]})
    with pytest.raises(TableError, match=r"e\.csv: no edge names a user or an item .* as in up"):
        conform_edges(edges, users=PEOPLE, items=FILMS, source=Origin("e.csv", first_line=2))


def test_an_item_that_is_not_in_the_catalogue_is_not_an_item() -> None:
    edges = pl.DataFrame({"source": ["gone"], "target": ["pixar"], "source_kind": ["item"]})
    with pytest.raises(TableError, match="gone is not a known item"):
        conform_edges(edges, users=PEOPLE, items=FILMS)


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        (EDGES.drop("target"), r"lacks the column\(s\) target"),
        (EDGES.clear(), "has no rows"),
        (EDGES.with_columns(target=pl.lit(None, dtype=pl.String)), "an empty cell is not an id"),
    ],
)
def test_an_edges_table_is_checked_where_it_enters(edges: pl.DataFrame, words: str) -> None:
    with pytest.raises(TableError, match=words):
        world(edges)


def test_edges_are_part_of_the_fingerprint_and_follow_the_data_set() -> None:
    plain, linked = world(None), world()
    assert plain.fingerprint != linked.fingerprint
    assert linked.fingerprint != world(EDGES.head(2)).fingerprint
    assert linked.fingerprint == world(EDGES.select(reversed(EDGES.columns))).fingerprint
    assert leave_last_one(linked).train.edges is linked.edges


def test_own_files_may_bring_edges(tmp_path: Path) -> None:
    LOG.write_csv(tmp_path / "log.csv")
    EDGES.rename({"source": "from"}).write_csv(tmp_path / "edges.csv")
    read = load_files(
        tmp_path / "log.csv", edges=tmp_path / "edges.csv", mapping={"source": "from"}
    )
    assert read.edges is not None
    assert world().edges is not None
    assert read.edges.equals(world().edges)
