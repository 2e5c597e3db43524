"""Chinese, simplified characters."""

from __future__ import annotations

from engine.justifications.templates.wording import Wording

__all__ = ["CHINESE"]


def _list_titles(titles: list[str]) -> str:
    quoted = [f"《{title}》" for title in titles]
    if len(quoted) == 1:
        return quoted[0]
    return "、".join(quoted[:-1]) + "和" + quoted[-1]


def _count_others(count: int) -> str:
    return f"另外 {count} 项"


CHINESE = Wording(
    list_titles=_list_titles,
    count_others=_count_others,
    mainly="推荐它主要是因为您的历史记录中有{for_it}。",
    among_others="推荐它是因为您的历史记录中有{for_it}，以及作用较小的{others}。",
    partly="推荐它部分是因为您的历史记录中有{for_it}。",
    against="{against}起了相反的作用。",
    most_against="{against}的相反作用最大。",
    chance="这是随机展示（探索），与您的历史记录无关。",
    no_history="推荐它时没有您的历史记录：所有新用户看到的列表都相同。",
    same_for_all="对所有人都同样推荐；您的历史记录没有起作用。",
    no_reason="您的历史记录中没有哪一项能单独解释这条推荐。",
)
