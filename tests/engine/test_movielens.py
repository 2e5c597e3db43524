from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from engine.dataset import Dataset
from engine.errors import AssetError, TableError, UnknownNameError
from engine.sources.movielens import load_folder, load_movielens_zip
from engine.sources.registry import SOURCES, is_at_hand, keep_zip, load

GENRES = ["unknown", "Action", "Children's", "Film-Noir"]

# The same people and films, as each publisher lays them out.
RATINGS = "1\t10\t5\t881250949\n2\t10\t3\t881250950\n1\t267\t1\t881250940\n3\t1366\t4\t9\n"
OFFICIAL_100K = {
    "ml-100k/u.data": RATINGS,
    "ml-100k/u.user": "1|17|M|technician|85711\n2|18|F|other|94043\n3|56|F|writer|T8H1N\n",
    "ml-100k/u.genre": "".join(f"{genre}|{i}\n" for i, genre in enumerate(GENRES)) + "\n",
    "ml-100k/u.item": (
        '10|"Richard" III (1995)|22-Jan-1996||http://x|0|1|0|1\n'
        "267|unknown||||1|0|0|0\n"
        "1412|Land Before Time III (1995) (V)|01-Jan-1995||http://x|0|0|1|0\n"
        "1366|JLG/JLG - autoportrait de décembre (1994)|01-Jan-1994||http://x|0|0|0|0\n"
    ),
}
RECBOLE_100K = {
    "ml-100k.inter": ("user_id:token\titem_id:token\trating:float\ttimestamp:float\n" + RATINGS),
    "ml-100k.user": (
        "user_id:token\tage:token\tgender:token\toccupation:token\tzip_code:token\n"
        "1\t17\tM\ttechnician\t85711\n2\t18\tF\tother\t94043\n3\t56\tF\twriter\tT8H1N\n"
    ),
    "ml-100k.item": (
        "item_id:token\tmovie_title:token_seq\trelease_year:token\tclass:token_seq\n"
        '10\t"Richard" III\t1995\tAction Film-Noir\n'
        "267\tunkonwn\tunkonwn\tunknown\n"
        "1412\tLand Before Time III (1995)\tV\tChildren's\n"
        "1366\tJLG/JLG - autoportrait de décembre\t1994\tunknown\n"
    ),
}
FILM_GRAPH = {
    "ml-100k.kg": (
        "head_id:token\trelation_id:token\ttail_id:token\n"
        "m.r3\tfilm.film.directed_by\tm.loncraine\n"
        "m.loncraine\tfilm.director.film\tm.r3\n"
        "m.r3\tfilm.film.sequel\tm.jlg\n"
        "m.r3\tfilm.film.prequel\tm.elsewhere\n"
    ),
    "ml-100k.link": "item_id:token\tentity_id:token\n10\tm.r3\n1366\tm.jlg\n9\tm.elsewhere\n",
}
OFFICIAL_1M = {
    "ml-1m/ratings.dat": "1::10::5::978300760\n2::10::3::978302109\n",
    "ml-1m/users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n",
    "ml-1m/movies.dat": (
        "10::Misérables, Les (1995)::Drama|Musical\n11::Toy: Story (1996)::Comedy\n"
    ),
}


def write_zip(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text.encode("latin-1"))
    return path


@pytest.fixture
def official(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "ml-100k.zip", OFFICIAL_100K)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in RECBOLE_100K.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def films() -> Dataset:
    return load("ml-100k")


def test_titles_years_and_categories_come_out_clean(official: Path) -> None:
    items = load_movielens_zip(official).items.select("item_id", "title", "year", "categories")
    assert items.rows() == [
        ("10", '"Richard" III (1995)', 1995, ["Action", "Film-Noir"]),
        ("267", "unknown", None, []),
        ("1366", "JLG/JLG - autoportrait de décembre (1994)", 1994, []),
        ("1412", "Land Before Time III (1995)", 1995, ["Children's"]),
    ]


def test_people_keep_bands_and_lose_exact_age_and_address(official: Path) -> None:
    users = load_movielens_zip(official).users
    assert users.columns == ["user_id", "gender", "age_band", "occupation"]
    assert users.rows() == [
        ("1", "M", "Under 18", "technician"),
        ("2", "F", "18-24", "other"),
        ("3", "F", "56+", "writer"),
    ]


def test_both_layouts_of_100k_are_the_same_data_set(official: Path, folder: Path) -> None:
    one, other = load_movielens_zip(official), load_folder(folder)
    assert one.name == other.name == "ml-100k"
    assert one.fingerprint == other.fingerprint
    assert one.edges is None


def test_the_film_graph_beside_100k_is_its_edges(folder: Path) -> None:
    without = load_folder(folder).fingerprint
    for name, text in FILM_GRAPH.items():
        (folder / name).write_text(text, encoding="utf-8")
    dataset = load_folder(folder)
    assert dataset.edges is not None
    assert dataset.edges.rows() == [
        ("item", "10", "film.film.directed_by", "other", "m.loncraine"),
        ("other", "m.loncraine", "film.director.film", "item", "10"),
        ("item", "10", "film.film.sequel", "item", "1366"),
        # Linked with a film that is not in the catalogue: something like any other.
        ("item", "10", "film.film.prequel", "other", "m.elsewhere"),
    ]
    assert dataset.fingerprint != without


def test_the_packaged_films_come_with_their_graph(films: Dataset) -> None:
    assert films.edges is not None
    assert films.edges.height == 91_631
    linked = films.edges.filter(source_kind="item")["source"].n_unique()
    assert linked == 1_598


def test_1m_codes_become_words(tmp_path: Path) -> None:
    dataset = load_movielens_zip(write_zip(tmp_path / "m.zip", OFFICIAL_1M))
    assert dataset.name == "ml-1m"
    assert dataset.users.rows() == [
        ("1", "F", "Under 18", "school student"),
        ("2", "M", "56+", "self-employed"),
    ]
    assert dataset.items.select("title", "year", "categories").rows() == [
        ("Misérables, Les (1995)", 1995, ["Drama", "Musical"]),
        ("Toy: Story (1996)", 1996, ["Comedy"]),
    ]


def test_the_real_films_are_the_published_numbers(films: Dataset) -> None:
    assert (films.n_users, films.n_items, films.interactions.height) == (943, 1682, 100_000)
    assert films.histories.lengths.min() == 20
    genders = dict(films.users["gender"].value_counts().rows())
    assert genders == {"F": 273, "M": 670}
    assert films.users.null_count().sum_horizontal().item() == 0
    assert films.items["title"][films.item_row("1")] == "Toy Story (1995)"
    undated = films.items.filter(films.items["year"].is_null())
    assert undated.select("item_id", "title").rows() == [("267", "unknown")]
    genres = films.items["categories"].explode().drop_nulls().unique()
    assert len(genres) == 18
    assert "unknown" not in genres


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"readme.txt": "x"}, "neither u.data nor ratings.dat"),
        ({"u.data": "1\t2\t3\t4\n"}, "lacks u.user"),
        ({**OFFICIAL_1M, "ml-1m/users.dat": "1::F\n1::F::1::10::48067\n"}, "users.dat"),
        ({**OFFICIAL_100K, "ml-100k/u.data": "1\t2\tx\t4\n"}, "weight, row 1: 'x'"),
        ({**OFFICIAL_100K, "ml-100k/u.data": ""}, "u.data"),
    ],
)
def test_a_zip_that_is_not_movielens_is_refused(
    tmp_path: Path, members: dict[str, str], message: str
) -> None:
    with pytest.raises(TableError, match=message):
        load_movielens_zip(write_zip(tmp_path / "other.zip", members))


def test_files_that_are_no_zip_or_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("not a zip")
    for name in ("text.zip", "none.zip"):
        with pytest.raises(TableError, match=f"{name} cannot be read as a zip"):
            load_movielens_zip(tmp_path / name)


def test_a_folder_with_a_missing_file_says_so(folder: Path) -> None:
    (folder / "ml-100k.user").unlink()
    with pytest.raises(TableError, match=r"ml-100k\.user cannot be read"):
        load_folder(folder)


def test_load_takes_names_and_paths(official: Path) -> None:
    assert load(str(official)).name == "ml-100k"
    with pytest.raises(UnknownNameError, match="ml-100k, ml-1m, planted"):
        load("ml-10m")


def test_a_kept_zip_stands_in_for_the_package(
    official: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECSCOPE_CACHE", str(tmp_path / "cache"))
    at_hand = {source.name: is_at_hand(source) for source in SOURCES}
    assert at_hand == {"ml-100k": False, "ml-1m": False, "planted": True}
    with pytest.raises(AssetError, match="recscope fetch ml-1m --from"):
        load("ml-1m")
    with pytest.raises(TableError, match="holds ml-100k, not ml-1m"):
        keep_zip("ml-1m", official)
    keep_zip("ml-100k", official)
    keep_zip("ml-1m", write_zip(tmp_path / "m.zip", OFFICIAL_1M))
    assert all(is_at_hand(source) for source in SOURCES)
    assert load("ml-100k").n_users == 3
    assert load("ml-1m").n_users == 2
