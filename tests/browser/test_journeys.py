"""What an analyst does, in a real browser, on MovieLens-100K."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Visit, visit

pytestmark = pytest.mark.browser
# Between two presses: the answer to the first is on its way when the second comes.
QUICKLY = 400


@pytest.fixture
def seen(browser: Browser, address: str) -> Iterator[Visit]:
    with visit(browser, address) as opened:
        yield opened
        assert opened.complaints == []
        assert opened.elsewhere() == []


def _values(page: Page) -> list[str]:
    return page.get_by_test_id("stMetricValue").all_inner_texts()


@pytest.mark.parametrize(
    ("locale", "slider", "words"),
    [
        (
            "en-US",
            "Exploration rate",
            (
                "On average 3 of 10 places are chosen by chance.",
                "At an exploration rate of 0.30, accuracy falls by",
            ),
        ),
        ("zh-CN", "探索率", ("平均 10 个位置中有 3 个随机选取。", "探索率为 0.30 时，准确度下降")),
    ],
)
def test_moving_the_slider_moves_the_four_effects(
    browser: Browser, address: str, locale: str, slider: str, words: tuple[str, ...]
) -> None:
    with visit(browser, address, locale=locale) as seen:
        page = seen.page
        before = _values(page)
        assert len(before) == 4
        page.get_by_role("slider", name=slider).focus()
        for _time in range(4):
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(QUICKLY)
        for said in words:
            expect(page.get_by_text(said)).to_be_visible()
        seen.settle()
        assert all(old != new for old, new in zip(before, _values(page), strict=True))
        assert "rate=0.3" in page.url
        assert seen.complaints == []
        assert seen.elsewhere() == []


def _point(page: Page) -> tuple[float, float]:
    """Where the blue point of the accuracy curve is."""
    picture = page.get_by_test_id("stVegaLiteChart").first
    marks = picture.locator("path[aria-roledescription='point']")
    box = marks.last.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _list_now(page: Page) -> str:
    return page.get_by_test_id("stMarkdown").filter(has=page.locator("ol")).last.inner_text()


def test_another_policy_and_rate_move_the_point_along_the_curve_and_the_list(seen: Visit) -> None:
    page = seen.page
    seen.turn_to("Explore or exploit")
    expect(page.get_by_role("heading", name="The whole range of the rate")).to_be_visible()
    seen.open_choice("Policy")
    page.get_by_role("option", name="Plackett-Luce").click()
    seen.settle()
    # A job measures every rate where that takes long; the page draws it when it is there.
    expect(page.get_by_text("Highest at rate").first).to_be_visible()
    seen.settle()
    words, shown, (x, y) = (
        page.get_by_text("Highest at rate").all_inner_texts(),
        _list_now(page),
        _point(page),
    )
    slider = page.get_by_role("slider", name="Exploration rate")
    slider.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(QUICKLY)
    expect(page.get_by_text("At an exploration rate of 0.40, accuracy falls by")).to_be_visible()
    seen.settle()
    to_right, to_bottom = _point(page)
    assert to_right > x + 50
    assert to_bottom > y + 10
    assert _list_now(page) != shown
    assert "entered" in _list_now(page)
    spans = [text.split("Highest")[1] for text in words]
    assert [
        text.split("Highest")[1] for text in page.get_by_text("Highest at rate").all_inner_texts()
    ] == spans
    expect(page.get_by_text("accuracy falls for")).to_be_visible()


def test_a_rule_suggests_a_setting_that_can_be_used(browser: Browser, address: str) -> None:
    with visit(browser, address, query="?dataset=planted") as seen:
        page = seen.page
        seen.turn_to("Policies and rates")
        page.get_by_role("button", name="Measure these settings").click()
        expect(page.get_by_text("The rule suggests")).to_be_visible()
        seen.settle()
        assert page.get_by_test_id("stVegaLiteChart").count() == 2
        seen.open_choice("within")
        page.get_by_role("option", name="20%").click()
        seen.settle()
        suggested = page.get_by_text("The rule suggests").inner_text()
        page.get_by_role("button", name="Use this setting").click()
        seen.settle()
        rate = page.url.split("rate=")[1].split("&")[0]
        assert f"at rate {float(rate):.2f}".rstrip("0") in suggested.replace("0:", ":")
        assert seen.complaints == []


def test_the_sample_log_is_evaluated_warnings_first(seen: Visit) -> None:
    page = seen.page
    seen.turn_to("What would it have earned?")
    expect(page.get_by_text("The Thompson sampler would have earned")).to_be_visible()
    caution = page.get_by_test_id("stAlert").first.bounding_box()
    picture = page.get_by_test_id("stVegaLiteChart").first.bounding_box()
    assert caution is not None
    assert picture is not None
    assert caution["y"] < picture["y"]


def test_one_persons_list_and_the_reasons_for_an_item(seen: Visit) -> None:
    page = seen.page
    seen.turn_to("One person's list")
    page.get_by_role("button", name="Next").click()
    seen.settle()
    expect(page.get_by_role("combobox", name="Person")).to_have_value(
        "2 · woman · 50-55 · other occupation"
    )
    page.get_by_role("button", name="Why?").nth(2).click()
    expect(page.get_by_role("heading", name="Why number 3?")).to_be_visible()
    seen.settle()
    bars = page.get_by_test_id("stVegaLiteChart").first
    expect(bars).to_contain_text("other items")
    assert bars.locator("path[aria-roledescription='bar']").count() == 11
    expect(page.get_by_text("The bars add up to the score").first).to_be_visible()


def test_another_method_and_three_further_questions(seen: Visit) -> None:
    page = seen.page
    seen.turn_to("One person's list")
    seen.open_choice("Found by")
    page.get_by_role("option", name="sampled orders (Shapley)").click()
    expect(page.get_by_text("the lines on the bars are 95% intervals.")).to_be_visible(
        timeout=60_000
    )
    whiskers = page.get_by_test_id("stVegaLiteChart").first.locator("line[aria-roledescription]")
    assert whiskers.count() == 8
    expect(page.get_by_text("Of the history “")).to_be_visible()
    page.get_by_text("What would change it?", exact=True).click()
    expect(page.get_by_text("Scored again by the model: place 1 becomes")).to_be_visible(
        timeout=60_000
    )
    page.get_by_text("What if the history were otherwise?", exact=True).click()
    seen.open_choice("Gender")
    page.get_by_role("option", name="woman").click()
    expect(page.get_by_text("The list stays as it is.")).to_be_visible()
    seen.settle()


def test_groups_name_the_gap_and_what_is_withheld(seen: Visit) -> None:
    page = seen.page
    seen.turn_to("Groups")
    expect(page.get_by_text("The gap is")).to_contain_text("men 0.")
    seen.open_choice("Compare by")
    page.get_by_role("option", name="Occupation").click()
    seen.settle()
    expect(page.get_by_text("groups are withheld")).to_be_visible()


def test_models_are_drawn_side_by_side_with_their_row_in_the_hover(seen: Visit) -> None:
    page = seen.page
    seen.turn_to("Models")
    expect(page.get_by_text("The most accurate of these is")).to_be_visible()
    picture = page.get_by_test_id("stVegaLiteChart")
    marks = picture.locator("path[aria-roledescription='point']")
    expect(marks).to_have_count(6)  # some of them by jobs, one after the other
    marks.first.hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("Learning, seconds")


def test_chinese_from_the_switch_and_from_the_browser(
    seen: Visit, browser: Browser, address: str
) -> None:
    page = seen.page
    page.get_by_role("radio", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("总览")
    seen.settle()
    assert "Accuracy" not in page.get_by_test_id("stMain").inner_text()
    with visit(browser, address, locale="zh-CN") as other:
        expect(other.page.get_by_role("heading", level=1)).to_have_text("总览")
