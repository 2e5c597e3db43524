"""Chinese, simplified characters."""

from __future__ import annotations

from engine.justifications.templates.wording import Wording

__all__ = ["CHINESE"]


# Inside 《》 stand 〈〉 (GB/T 15834-2011), so that no title can close its own marks.
_INNER = str.maketrans("《》", "〈〉")


def _join(names: list[str]) -> str:
    """Without a stop between two 》《, as GB/T 15834-2011 has it."""
    if len(names) == 1:
        return names[0]
    return "".join(names[:-1]) + "和" + names[-1]


def _quote(title: str) -> str:
    return f"《{title.translate(_INNER)}》"


def _count_titles(count: int) -> str:
    return f"{count} 项"


def _count_others(count: int) -> str:
    return f"另外 {count} 项"


CHINESE = Wording(
    join=_join,
    quote=_quote,
    count_titles=_count_titles,
    count_others=_count_others,
    history={"user": "您的历史记录", "reviewer": "该用户的历史记录"},
    near={"user": "与您熟悉的内容相近", "reviewer": "与该用户熟悉的内容相近"},
    novel={"user": "对您来说是新的", "reviewer": "对该用户来说是新的"},
    separator="",
    said={
        "reason": (
            "推荐它是因为{history}中有{list}。",
            "{history}中的{list}支持了这条推荐。",
            "{history}中的{list}为它加了分。",
            "这条推荐来自{history}中的{list}。",
        ),
        "mainly": (
            "推荐它主要是因为{history}中有{list}。",
            "这条推荐主要来自{history}中的{list}。",
            "{history}中的{list}起了主要的支持作用。",
        ),
        "among_others": (
            "推荐它是因为{history}中有{list}，以及作用较小的<REST>。",
            "{history}中的{list}支持了这条推荐，<REST>也有较小的支持作用。",
        ),
        "partly": (
            "推荐它部分是因为{history}中有{list}。",
            "这条推荐部分来自{history}中的{list}。",
        ),
        "strongest": (
            "{history}中的{list}对这条推荐的支持作用最大。",
            "对这条推荐支持作用最大的是{history}中的{list}。",
        ),
        "others": ("<REST>也支持了这条推荐，作用较小。", "<REST>也有较小的支持作用。"),
        "against": ("{list}起了相反的作用。", "{list}降低了它的得分。"),
        "most_against": ("{list}的相反作用最大。", "{list}使它的得分降低最多。"),
        "share": ("{list}占{history}全部作用的 {share}。",),
        "counts": (
            "共有 <FOR>支持了这条推荐，而 <AGAINST>起了相反的作用。",
            "{history}共 <N>，其中 <FOR>支持了这条推荐，而 <AGAINST>起了相反的作用。",
        ),
        "joint": ("另有 <J> 属于多项的共同作用。",),
        "without": (
            "如果没有<R>，它就不会出现在这个列表中。",
            "如果{history}中没有<R>，它就会离开这个列表。",
        ),
        "next": ("排在它后面的是<M>。",),
        "chance": (
            "这是随机展示（探索），与{history}无关。",
            "它是随机出现在这里的（探索），与{history}无关。",
        ),
        "near": ("它{near}：{history}中有同类物品。",),
        "novel": ("它的类型{novel}：{history}中没有同类物品。",),
        "near_by_text": ("它{near}：文字描述与{history}中的内容相似。",),
        "novel_by_text": ("它{novel}：文字描述与{history}中的内容不相似。",),
        "chance_of": ("在这里展示它的概率是 <P>。",),
        "no_history": ("推荐它时没有{history}：所有新用户看到的列表都相同。",),
        "same_for_all": ("对所有人都同样推荐；{history}没有起作用。",),
        "no_reason": ("{history}中没有哪一项能单独解释这条推荐。",),
    },
)
