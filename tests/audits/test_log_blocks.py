"""A log read by blocks of users gives the audit of the whole log."""

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.data import prepare
from audits.evaluation import evaluate
from audits.log_blocks import LogBlocks
from audits.report import audit
from audits.settings import Settings
from audits.testing import make_audit_world
from engine.errors import OptionError, TableError

WORLD = make_audit_world()
DATA = prepare(
    interactions=WORLD.interactions,
    held_out=WORLD.held_out,
    users=WORLD.users,
    items=WORLD.items,
)
LISTS = WORLD.recommendations.with_columns(score=pl.col("rank") * 0.5)
STRANGERS = LISTS.head(6).with_columns(user_id=pl.lit("s") + pl.col("user_id"))
LOG = pl.concat([LISTS, STRANGERS])
WHOLE = evaluate(DATA, LOG, k=4)


def same(found):
    assert np.array_equal(found.partial.user_rows, WHOLE.partial.user_rows)
    assert np.allclose(
        found.partial.values, WHOLE.partial.values, atol=1e-12, rtol=0, equal_nan=True
    )
    assert np.array_equal(found.partial.counts, WHOLE.partial.counts)
    assert np.array_equal(found.items, WHOLE.items)
    assert np.array_equal(found.scores, WHOLE.scores, equal_nan=True)
    names = ("k", "n_without_list", "n_short_lists", "n_not_audited", "n_lists")
    assert [getattr(found.tally, n) for n in names] == [getattr(WHOLE.tally, n) for n in names]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=70, max_size=70), st.permutations(range(5)))
def test_any_partition_of_the_users_in_any_order_gives_the_same(owner, order):
    people = LOG["user_id"].unique(maintain_order=True)
    homes = pl.DataFrame({"user_id": people, "home": owner[: len(people)]})
    placed = LOG.join(homes, on="user_id", maintain_order="left")
    same(evaluate(DATA, [placed.filter(pl.col("home") == home) for home in order], k=4))


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_file_read_by_blocks_gives_the_same(tmp_path, ending):
    path = tmp_path / f"log.{ending}"
    getattr(LOG, f"write_{ending}")(path)
    steps = []
    blocks = LogBlocks(path, "200MB", rows=40, progress=lambda *step: steps.append(step))
    same(evaluate(DATA, blocks, k=4))
    assert steps[-1] == (len(steps), len(steps))
    assert len(steps) > 3


def test_a_report_by_blocks_has_the_same_numbers_and_the_files_own_fingerprint(tmp_path):
    path = tmp_path / "log.parquet"
    LOG.write_parquet(path)

    def report(lists):
        return audit(
            interactions=WORLD.interactions,
            held_out=WORLD.held_out,
            recommendations=lists,
            users=WORLD.users,
            items=WORLD.items,
            k=4,
            by=("group",),
            settings=Settings(resamples=30, permutations=30),
        )

    one, other = report(LOG), report(LogBlocks(path, rows=40))
    assert one.results == other.results
    assert one.fingerprints["recommendations"] != other.fingerprints["recommendations"]
    assert other.tables["recommendations"]["rows"] == LOG.height
    assert other.tables["recommendations"]["columns"] == ", ".join(LOG.columns)


def test_whoever_watches_can_stop_it(tmp_path):
    path = tmp_path / "log.parquet"
    LOG.write_parquet(path)

    def stop(done, blocks):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        evaluate(DATA, LogBlocks(path, rows=40, progress=stop), k=4)


def test_what_cannot_be_read_is_one_sentence(tmp_path):
    broken = tmp_path / "log.csv"
    broken.write_text("user_id,item_id,rank\nu001,i01,1\nu002,i02,2,3,4\n")
    with pytest.raises(TableError, match="cannot read log.csv: "):
        evaluate(DATA, LogBlocks(broken), k=4)
    with pytest.raises(TableError, match="cannot read nothing.csv"):
        evaluate(DATA, LogBlocks(tmp_path / "nothing.csv"), k=4)
    with pytest.raises(OptionError, match="write it as Parquet or CSV"):
        evaluate(DATA, LogBlocks(Path("log.jsonl")), k=4)
    with pytest.raises(OptionError, match="cannot keep to the memory much"):
        evaluate(DATA, LogBlocks(broken, "much"), k=4)
    nobody = tmp_path / "nobody.parquet"
    LOG.drop("user_id").write_parquet(nobody)
    with pytest.raises(TableError, match=r"^nobody.parquet lacks the column\(s\) user_id"):
        evaluate(DATA, LogBlocks(nobody, rows=40), k=4)
    double = tmp_path / "double.csv"
    double.write_text("user_id,item_id,item_id,rank\nu001,i01,i02,1\n")
    with pytest.raises(TableError, match=r"^double.csv has a header with .* a column twice"):
        evaluate(DATA, LogBlocks(double), k=4)
    empty = tmp_path / "empty.csv"
    empty.write_text("user_id,item_id,rank\n")
    with pytest.raises(TableError, match="has no rows"):
        evaluate(DATA, LogBlocks(empty), k=4)


def test_reading_leaves_nothing_behind(tmp_path, monkeypatch):
    path = tmp_path / "log.parquet"
    LOG.write_parquet(path)
    work, spare = tmp_path / "work", tmp_path / "spare"
    work.mkdir()
    spare.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    blocks = iter(LogBlocks(path, rows=40))
    next(blocks)
    assert list(spare.iterdir())
    left = [len(list(spare.rglob("*.parquet"))) for _ in blocks]
    # What was read is thrown away at once, and not at the end.
    assert left == sorted(left, reverse=True)
    assert left[0] > left[-1] == 0
    assert not list(work.iterdir())
    assert not list(spare.iterdir())


def test_a_block_is_all_its_files_however_many_threads_wrote_it(tmp_path, monkeypatch):
    path = tmp_path / "log.parquet"
    LOG.write_parquet(path)
    divide = LogBlocks._divide

    def by_two(self, connection, source, folder, blocks):
        divide(self, connection, source, folder, blocks)
        for file in list(Path(folder).glob("*/*.parquet")):
            frame = pl.read_parquet(file)
            frame.head(1).write_parquet(file)
            frame.tail(-1).write_parquet(file.with_name(f"more_{file.name}"))

    monkeypatch.setattr(LogBlocks, "_divide", by_two)
    same(evaluate(DATA, LogBlocks(path, rows=40), k=4))


def test_what_does_not_fit_into_memory_goes_into_the_temporary_folder(tmp_path, monkeypatch):
    path = tmp_path / "log.parquet"
    LOG.write_parquet(path)
    spare = tmp_path / "spare"
    spare.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spare))
    connect, made = duckdb.connect, []

    def watched(**options):
        made.append(connect(**options))
        return made[-1]

    monkeypatch.setattr(duckdb, "connect", watched)
    blocks = iter(LogBlocks(path, "300MB", rows=40))
    next(blocks)
    ask = "SELECT current_setting('temp_directory'), current_setting('memory_limit')"
    folder, limit = made[0].sql(ask).fetchall()[0]
    assert Path(folder).is_relative_to(spare)
    assert limit.startswith("286")


def test_a_broken_last_line_is_named(tmp_path):
    path = tmp_path / "log.csv"
    LOG.write_csv(path)
    with path.open("a") as file:
        file.write("u001,i01\n")
    with pytest.raises(TableError, match=f"log.csv: .*Line: {LOG.height + 2} "):
        evaluate(DATA, LogBlocks(path, rows=40), k=4)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_bad_cell_is_named_by_its_row_in_the_file_and_not_in_a_block(tmp_path, ending):
    path = tmp_path / f"log.{ending}"
    row = LOG.height - 3
    ranks = LOG["rank"].cast(pl.String).to_list()
    ranks[row] = "first"
    getattr(LOG.with_columns(rank=pl.Series(ranks)), f"write_{ending}")(path)
    with pytest.raises(TableError, match=f"^log.{ending}, column rank, row {row + 1}: 'first'"):
        evaluate(DATA, LogBlocks(path, rows=40), k=4)
