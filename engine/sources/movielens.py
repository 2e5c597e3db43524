"""MovieLens-100K and MovieLens-1M, each in the layout in which it is found.

Whichever file the data came from, the same people and films give the same data set: users with
gender, age_band and occupation; items with title as in "Toy Story (1995)", year and
categories. Exact age and postal code are left behind, for no audit here needs them. RecBole's
folder alone brings edges: what Freebase says about the films.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from engine.dataset import Dataset, make_dataset
from engine.errors import TableError

__all__ = ["load_folder", "load_movielens_zip"]

# The bands of MovieLens-1M, which knows no exact ages, and the last age in each.
_BANDS = {
    "Under 18": 17,
    "18-24": 24,
    "25-34": 34,
    "35-44": 44,
    "45-49": 49,
    "50-55": 55,
    "56+": 150,
}
_OCCUPATIONS_1M = (
    "other",
    "educator",
    "artist",
    "clerical",
    "college student",
    "customer service",
    "doctor",
    "executive",
    "farmer",
    "homemaker",
    "school student",
    "lawyer",
    "programmer",
    "retired",
    "sales or marketing",
    "scientist",
    "self-employed",
    "technician or engineer",
    "tradesman",
    "unemployed",
    "writer",
)


def load_folder(folder: Path) -> Dataset:
    """Read MovieLens-100K as RecBole lays it out: ml-100k.inter, .user and .item.

    Where ml-100k.kg and .link are there too, the data set has edges: each film with its people,
    genres, companies, awards … , as Freebase calls them.

    Raises
    ------
    TableError
        A file is missing or does not hold what it should.
    """
    log, users, items = (
        _tabbed(folder / f"ml-100k.{ending}") for ending in ("inter", "user", "item")
    )
    year = pl.col("release_year")
    # One title already carries its year and has the tape mark (V) where its year should be.
    dated = pl.when(year.str.contains(r"^\d{4}$")).then(
        pl.format("{} ({})", "movie_title", "release_year")
    )
    return _shape(
        "ml-100k",
        log,
        users,
        items.select(
            "item_id",
            dated.otherwise("movie_title").alias("title"),
            pl.col("class").str.split(" ").alias("categories"),
        ),
        edges=_film_graph(folder, items["item_id"]),
    )


def _film_graph(folder: Path, item_ids: pl.Series) -> pl.DataFrame | None:
    """Read the knowledge graph, with films under their item ids."""
    if not (folder / "ml-100k.kg").exists():
        return None
    links = _tabbed(folder / "ml-100k.link").filter(pl.col("item_id").is_in(item_ids.implode()))
    graph = _tabbed(folder / "ml-100k.kg").rename({"relation_id": "relation"})
    for end, column in (("source", "head_id"), ("target", "tail_id")):
        films = links.select(pl.col("entity_id").alias(column), pl.col("item_id").alias("film"))
        kind = pl.when(pl.col("film").is_null()).then(pl.lit("other")).otherwise(pl.lit("item"))
        graph = graph.join(films, on=column, how="left", maintain_order="left").select(
            pl.exclude("film", column),
            pl.coalesce("film", column).alias(end),
            kind.alias(f"{end}_kind"),
        )
    return graph


def load_movielens_zip(path: Path) -> Dataset:
    """Read an official MovieLens zip: ml-100k.zip (u.data …) or ml-1m.zip (ratings.dat …).

    Raises
    ------
    TableError
        The file is no zip, is neither of the two, or lacks a part.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name.rpartition("/")[2]: name for name in archive.namelist()}
            if "u.data" in members:
                return _load_100k(archive, members)
            if "ratings.dat" in members:
                return _load_1m(archive, members)
    except (OSError, zipfile.BadZipFile) as error:
        raise TableError(
            "{file} cannot be read as a zip: {reason}; download it again", file=path, reason=error
        ) from error
    raise TableError(
        "{file} holds neither u.data nor ratings.dat; give an official ml-100k.zip or ml-1m.zip",
        file=path,
    )


def _tabbed(path: Path) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, separator="\t", quote_char=None, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TableError(
            "{file} cannot be read: {reason}; remove its folder, then fetch it again",
            file=path,
            reason=str(error).splitlines()[0],
        ) from error
    return table.rename(lambda column: column.partition(":")[0])


def _load_100k(archive: zipfile.ZipFile, members: Mapping[str, str]) -> Dataset:
    log = _member(archive, members, "u.data", ["user_id", "item_id", "rating", "timestamp"], "\t")
    users = _member(
        archive, members, "u.user", ["user_id", "age", "gender", "occupation", "zip"], "|"
    )
    genres = _member(archive, members, "u.genre", ["genre", "number"], "|")["genre"].to_list()
    columns = ["item_id", "title", "released", "video", "url", *genres]
    items = _member(archive, members, "u.item", columns, "|")
    flagged = [pl.when(pl.col(genre) == "1").then(pl.lit(genre)) for genre in genres]
    categories = pl.concat_list(flagged).list.drop_nulls().alias("categories")
    return _shape("ml-100k", log, users, items.select("item_id", "title", categories))


def _load_1m(archive: zipfile.ZipFile, members: Mapping[str, str]) -> Dataset:
    log = _member(
        archive, members, "ratings.dat", ["user_id", "item_id", "rating", "timestamp"], "::"
    )
    users = _member(
        archive, members, "users.dat", ["user_id", "gender", "age", "occupation", "zip"], "::"
    )
    codes = {str(code): name for code, name in enumerate(_OCCUPATIONS_1M)}
    users = users.with_columns(pl.col("occupation").replace_strict(codes, default="other"))
    items = _member(archive, members, "movies.dat", ["item_id", "title", "genres"], "::")
    categories = pl.col("genres").str.split("|").alias("categories")
    return _shape("ml-1m", log, users, items.select("item_id", "title", categories))


def _member(
    archive: zipfile.ZipFile,
    members: Mapping[str, str],
    name: str,
    columns: Sequence[str],
    separator: str,
) -> pl.DataFrame:
    if name not in members:
        raise TableError(
            "{file} lacks {member}; download it again", file=archive.filename, member=name
        )
    # One unprintable byte stands for the separator, which may be two characters wide.
    text = archive.read(members[name]).decode("latin-1").replace(separator, "\x1f").strip("\r\n")
    try:
        return pl.read_csv(
            text.encode(),
            separator="\x1f",
            quote_char=None,
            has_header=False,
            new_columns=list(columns),
            infer_schema=False,
        )
    except pl.exceptions.PolarsError as error:
        raise TableError(
            "{file}: {member} is not laid out as MovieLens lays it out ({reason}); download it "
            "again",
            file=archive.filename,
            member=name,
            reason=str(error).splitlines()[0],
        ) from error


def _shape(
    name: str,
    log: pl.DataFrame,
    users: pl.DataFrame,
    items: pl.DataFrame,
    *,
    edges: pl.DataFrame | None = None,
) -> Dataset:
    """Bring any layout to the one that the module promises."""
    age = pl.col("age").cast(pl.Int64, strict=False)
    bands = [pl.when(age <= last).then(pl.lit(band)) for band, last in _BANDS.items()]
    return make_dataset(
        name,
        log.rename({"rating": "weight"}).select("user_id", "item_id", "weight", "timestamp"),
        users=users.select("user_id", "gender", pl.coalesce(bands).alias("age_band"), "occupation"),
        items=items.select("item_id", *_titles(pl.col("title")), _known(pl.col("categories"))),
        edges=edges,
    )


def _titles(title: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    plain = title.str.replace(r"\s*\(V\)\s*$", "").str.strip_chars()
    year = plain.str.extract(r"\((\d{4})\)$").cast(pl.Int64)
    # RecBole spells it "unkonwn"; the original says "unknown".
    return plain.str.replace("^unkonwn$", "unknown").alias("title"), year.alias("year")


def _known(categories: pl.Expr) -> pl.Expr:
    genre = pl.element()
    return categories.list.eval(genre.filter(genre != "unknown")).alias("categories")
