"""Two people in two browsers: what one brings, downloads or has done, the other never reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import PATIENCE, Visit
from tests.browser.deployment import deployed, seen, sign_in, token_of

ANA, OTTO = "ana@example.org", "otto@example.org"
TITLE, FILM = "Anas Geheimnis", "A film that Ana alone knows"
LOG = "user_id,item_id,weight\n" + "".join(
    f"u{u},i{(u * 3 + j * 2) % 20},{1 + j % 5}\n" for u in range(24) for j in range(8)
)
ITEMS = "item_id,title,categories\n" + "".join(f"i{i},{FILM} {i},Drama\n" for i in range(20))


@dataclass
class Somebody:
    """One person in a browser of their own."""

    name: str
    context: BrowserContext
    page: Page
    sent: list[str]

    def ask(self, method: str, address: str, body: Any = None) -> Any:
        """Call the API with this person's token, from outside their browser."""
        headers = {"Authorization": f"Bearer {token_of(self.name)}"}
        asked = self.context.request.fetch(address, method=method, headers=headers, data=body)
        return asked

    def words(self) -> str:
        return Visit(self.page, "").words()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    people = {ANA: "analyst", OTTO: "reviewer"}
    with deployed(tmp_path_factory.mktemp("two"), people, most_sessions=8) as address:
        yield address


@pytest.fixture(scope="module")
def people(browser: Browser, door: str) -> Iterator[tuple[Somebody, Somebody]]:
    both = []
    for name in (ANA, OTTO):
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        one = Somebody(name, context, page, [])
        page.on("request", lambda asked, sent=one.sent: sent.append(asked.url))
        sign_in(page, door, name)
        expect(page.get_by_text(seen(f"Signed in as {name}"))).to_be_visible()
        both.append(one)
    yield both[0], both[1]
    for one in both:
        one.context.close()


@pytest.fixture(scope="module")
def own(people: tuple[Somebody, Somebody], door: str) -> str:
    """Let Ana bring a data set on the page and keep it; return the name it has."""
    page = people[0].page
    page.goto(f"{door}/own_data")
    chooser = page.locator("input[type=file]")
    chooser.nth(0).set_input_files(_file("log.csv", LOG))
    expect(page.get_by_text("192 rows, 3 columns")).to_be_visible()
    chooser.nth(2).set_input_files(_file("items.csv", ITEMS))
    expect(page.get_by_text("20 rows, 3 columns")).to_be_visible()
    page.get_by_label("What do you call it?").fill(TITLE)
    page.get_by_role("button", name="Keep it and use it on all pages").click()
    page.wait_for_url("**dataset=own-*")
    (name,) = parse_qs(urlsplit(page.url).query)["dataset"]
    return name


def _file(name: str, text: str) -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def test_what_one_brings_is_on_her_pages_and_by_her_link_not_on_his(
    people: tuple[Somebody, Somebody], door: str, own: str
) -> None:
    ana, otto = people
    link = f"{door}/person?dataset={own}&model=popularity"
    ana.page.goto(link)
    expect(ana.page.get_by_text(FILM).first).to_be_visible()
    otto.page.goto(link)
    expect(otto.page.get_by_role("heading", level=1)).to_be_visible()
    Visit(otto.page, "").settle()
    assert FILM not in otto.words()
    for path in ("own_data", "data", "jobs", f"data?dataset={own}"):
        otto.page.goto(f"{door}/{path}")
        Visit(otto.page, "").settle()
        assert TITLE not in otto.page.content(), path
        assert FILM not in otto.page.content(), path
    ana.page.goto(f"{door}/own_data")
    expect(ana.page.get_by_text(TITLE).first).to_be_visible()


def test_the_api_knows_the_owner_by_her_token_and_nobody_else(
    people: tuple[Somebody, Somebody], door: str, own: str
) -> None:
    ana, otto = people
    api = f"{door}/api/v1"
    hers = [row["name"] for row in ana.ask("GET", f"{api}/datasets").json()["datasets"]]
    his = [row["name"] for row in otto.ask("GET", f"{api}/datasets").json()["datasets"]]
    assert (own in hers, own in his) == (True, False)
    body = {"dataset": own, "model": "popularity", "users": ["u1"]}
    assert ana.ask("POST", f"{api}/recommend", body).status == 200
    assert otto.ask("POST", f"{api}/recommend", body).status == 404
    assert otto.ask("POST", f"{api}/audit", {"dataset": own}).status == 404
    asked = {"dataset": own, "model": "popularity", "rates": "0", "rounds": 1, "seeds": 1}
    assert otto.ask("POST", f"{api}/simulate", asked).status == 404
    job = ana.ask("POST", f"{api}/simulate", asked).json()["id"]
    for method, path in (("GET", job), ("GET", f"{job}/result"), ("DELETE", job)):
        assert otto.ask(method, f"{api}/jobs/{path}").status == 404
    assert otto.ask("GET", f"{api}/jobs").json() == {"jobs": []}
    assert [one["id"] for one in ana.ask("GET", f"{api}/jobs").json()["jobs"]] == [job]


def test_files_that_one_sends_and_takes_away_are_closed_to_the_other(
    people: tuple[Somebody, Somebody], door: str, own: str
) -> None:
    ana, otto = people
    ana.page.goto(f"{door}/report?dataset={own}&model=popularity")
    with ana.page.expect_download() as download:
        ana.page.get_by_role("button", name="Download JSON").click()
    taken = download.value.url
    assert ana.context.request.get(taken).status == 200
    assert otto.context.request.get(taken).status == 404
    ana.page.goto(f"{door}/own_data")
    ana.sent.clear()
    ana.page.locator("input[type=file]").nth(0).set_input_files(_file("log.csv", LOG))
    expect(ana.page.get_by_text("192 rows, 3 columns")).to_be_visible()
    sent = [url for url in ana.sent if "/_stcore/upload_file/" in url]
    assert sent
    for url in sent:
        assert otto.context.request.delete(url).status == 404
        assert otto.context.request.put(url, data=b"x").status == 404
        assert ana.context.request.delete(url).status != 404


def test_what_she_deletes_is_gone_for_her_too(
    people: tuple[Somebody, Somebody], door: str, own: str
) -> None:
    ana = people[0]
    ana.page.goto(f"{door}/own_data")
    ana.page.get_by_role("button", name="Delete").click()
    expect(ana.page.get_by_text(TITLE)).to_have_count(0)
    body = {"dataset": own, "model": "popularity", "users": ["u1"]}
    assert ana.ask("POST", f"{door}/api/v1/recommend", body).status == 404
