"""Rules by which Chinese template texts are proofread, each with a text that breaks it.

Sources: GB/T 15834-2011 for punctuation, GB/T 15835-2011 for numbers, the W3C's Requirements for
Chinese Text Layout for spaces; measure words and pronouns as in any school grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["RULES", "Rule"]

HAN = r"[\u4e00-\u9fff]"
# What is said of how many: the measure words of each noun the texts have.
MEASURES = {"推荐": "条", "列表": "个", "物品": "项件", "历史记录": "份条", "内容": "项"}
POINTING = "这那哪某每"
# Words in which these stand for a place or a thing, and count nothing.
_NO_COUNT = re.compile("这里|那里|哪里|这是|那是|这些|那些|哪些")
_NUMBER = re.compile(r"[<>]?\d+(?:\.\d+)?%?")


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    name
        What holds of every text.
    breaks
        Whether a filled-in text breaks it, given for whom it is.
    counterexample
        A text like ours, but for the one mistake; for which reader.
    reader
        For whom the counterexample is.
    """

    name: str
    breaks: Callable[[str, str], bool]
    counterexample: str
    reader: str = "user"


def _unnamed(text: str) -> str:
    """The text without what stands in 《》: names are not ours to correct."""
    return re.sub("《[^《》]*》", "《》", text)


def _breaks_any(pattern: str) -> Callable[[str, str], bool]:
    found = re.compile(pattern)
    return lambda text, _: bool(found.search(_unnamed(text)))


def _unbalanced(text: str, _: str) -> bool:
    marks = "".join(letter for letter in text if letter in "《》")
    return marks != "《》" * (len(marks) // 2) or "《》" in text


def _measure_missing(text: str, _: str) -> bool:
    """A number is a share, or counts with a measure word behind one space."""
    bare = _unnamed(text)
    return any(
        not found.group().endswith("%") and not bare[found.end() :].startswith(" 项")
        for found in _NUMBER.finditer(bare)
    )


def _pointing_without_measure(text: str, _: str) -> bool:
    bare = _NO_COUNT.sub("", _unnamed(text))
    measures = "".join(MEASURES.values())
    return bool(re.search(f"[{POINTING}](?!一?[{measures}])", bare))


def _wrong_measure(text: str, _: str) -> bool:
    bare = _unnamed(text)
    every = "条个项件份部种位名"
    return any(
        found.group(1) not in right
        for noun, right in MEASURES.items()
        for found in re.finditer(f"[{POINTING}一二两三\\d]\\s?([{every}]){noun}", bare)
    )


def _glued(text: str, _: str) -> bool:
    bare = _unnamed(text)
    return any(
        re.search(HAN, bare[max(found.start() - 1, 0) : found.start()])
        or re.search(HAN, bare[found.end() : found.end() + 1])
        for found in _NUMBER.finditer(bare)
    )


def _stray_space(text: str, _: str) -> bool:
    """A space that does not part a number from a letter."""
    bare = _unnamed(text)
    parts = [text == text.strip(), "  " not in bare]
    parts += [
        bool(re.fullmatch(rf"{HAN}[\d<>]|[\d%]{HAN}", bare[found.start() - 1] + bare[found.end()]))
        for found in re.finditer(r"(?<=\S)\s(?=\S)", bare)
    ]
    return not all(parts)


def _not_simplified(text: str, _: str) -> bool:
    try:
        _unnamed(text).encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _wrong_address(text: str, reader: str) -> bool:
    others = {"user": "你|该用户|他|她", "reviewer": "您|你|他|她"}
    return bool(re.search(others[reader], _unnamed(text).replace("其他", "")))


def _plural_of_one(text: str, _: str) -> bool:
    """它们 in a sentence that names less than two."""
    return any("们" in part and part.count("《") < 2 for part in text.split("。"))


def _badly_joined(text: str, _: str) -> bool:
    """Several names: none between 》《, 和 before the last, never 、 or a comma between two."""
    if re.search("》[、，,和]?《", text) is None:
        return False
    runs = re.findall("(?:《[^《》]*》[、，,和]?)+《[^《》]*》", text)
    return any(re.fullmatch("(?:《[^《》]*》)+和《[^《》]*》", run) is None for run in runs)


RULES: tuple[Rule, ...] = (
    Rule(
        "punctuation is full width",
        _breaks_any(r"[,;:!?()\"'\[\]{}]|(?<!\d)\.|\.(?!\d)"),
        "推荐它是因为您的历史记录中有《霸王别姬》, 以及作用较小的另外 2 项。",
    ),
    Rule(
        "every sentence ends in one full stop",
        lambda text, _: not text.endswith("。") or bool(re.search("[。，：、；]{2}", text)),
        "《霸王别姬》降低了它的得分",
    ),
    Rule(
        "no exclamation, question, dash or dots",
        _breaks_any("[！？…—～]"),
        "推荐它是因为您的历史记录中有《霸王别姬》！",
    ),
    Rule(
        "brackets come in pairs",
        lambda text, _: text.count("（") != text.count("）") or "（）" in text,
        "这是随机展示（探索，与您的历史记录无关。",
    ),
    Rule(
        "names stand in 《》, each in its own, never one inside another",
        _unbalanced,
        "推荐它是因为您的历史记录中有《霸王别姬《活着》》。",
    ),
    Rule(
        "nothing else marks a name",
        _breaks_any("[“”‘’「」『』〈〉]"),
        "推荐它是因为您的历史记录中有“霸王别姬”。",
    ),
    Rule(
        "no stop between names, 和 before the last",
        _badly_joined,
        "如果没有《霸王别姬》、《活着》和《红高粱》，它就不会出现在这个列表中。",
    ),
    Rule(
        "what is counted has a measure word",
        _measure_missing,
        "共有 3 支持了这条推荐，而 2 项起了相反的作用。",
        "reviewer",
    ),
    Rule(
        "this, that, which and every have a measure word",
        _pointing_without_measure,
        "《霸王别姬》和《活着》支持了这推荐。",
    ),
    Rule(
        "the measure word is that of the noun",
        _wrong_measure,
        "您的历史记录中没有哪一项能单独解释这个推荐。",
    ),
    Rule(
        "numbers are parted from letters",
        _glued,
        "《霸王别姬》占该用户的历史记录全部作用的50%。",
        "reviewer",
    ),
    Rule(
        "no space stands anywhere else",
        _stray_space,
        "推荐它是因为 您的历史记录中有《霸王别姬》。",
    ),
    Rule(
        "counts and shares are in Arabic digits of half width",
        _breaks_any(rf"[０-９％]|百分之|[二两三四五六七八九十][{''.join(MEASURES.values())}]"),
        "推荐它是因为您的历史记录中有《霸王别姬》，以及作用较小的另外两项。",
    ),
    Rule(
        "letters are simplified",
        _not_simplified,
        "這條推薦來自您的歷史記錄中的《霸王别姬》。",
    ),
    Rule(
        "no letter is of another script",
        _breaks_any("[A-Za-zＡ-Ｚａ-ｚ]"),
        "推荐它是因为您的 history 中有《霸王别姬》。",
    ),
    Rule(
        "the person is 您, to the reviewer 该用户",
        _wrong_address,
        "推荐它是因为你的历史记录中有《霸王别姬》。",
    ),
    Rule(
        "they is of two or more",
        _plural_of_one,
        "作用最大的是您的历史记录中的《霸王别姬》，它们支持了这条推荐。",
    ),
    Rule(
        "no small word stands twice",
        _breaks_any("(的|了|是|在|和|因为|推荐|作用|其中|中)\\1"),
        "《霸王别姬》起了相反的的作用。",
    ),
)
