"""Chinese, simplified characters."""

from __future__ import annotations

from engine.justifications.lexicons.lexicon import Lexicon

__all__ = ["CHINESE"]


def _segment(text: str, known: frozenset[str]) -> list[str]:
    """Cut into the longest phrases known; what is unknown comes out letter by letter."""
    stretch = "".join(text.split())
    longest = max(len(phrase) for phrase in known)
    found: list[str] = []
    place = 0
    while place < len(stretch):
        for length in range(min(longest, len(stretch) - place), 0, -1):
            phrase = stretch[place : place + length]
            if phrase in known or length == 1:
                found.append(phrase)
                place += length
                break
    return found


CHINESE = Lexicon(
    supports=frozenset(
        {
            "因为", "支持了", "支持", "指向", "来自", "支持作用", "起了主要的支持作用",
            "支持作用最大", "较小的支持作用", "有利于", "加了分",
        }
    ),
    opposes=frozenset(
        {"相反的作用", "相反作用最大", "相反作用", "降低了", "降低", "不利于", "减了分"}
    ),
    mainly=frozenset({"主要", "主要是", "起了主要的支持作用"}),
    strongest=frozenset({"作用最大", "支持作用最大", "相反作用最大", "最多", "最强"}),
    partly=frozenset({"部分", "部分是"}),
    less=frozenset({"作用较小", "作用较小的", "较小的支持作用", "较小"}),
    chance=frozenset({"随机展示", "随机出现", "探索", "无关"}),
    without=frozenset({"如果没有", "如果", "没有"}),
    leaves=frozenset({"就不会出现在这个列表中", "就会离开这个列表"}),
    nobody=frozenset({"没有哪一项能单独解释"}),
    everyone=frozenset({"对所有人都同样推荐", "没有起作用"}),
    new=frozenset({"推荐它时没有", "所有新用户看到的列表都相同"}),
    near=frozenset({"与您熟悉的内容相近", "与该用户熟悉的内容相近"}),
    novel=frozenset({"对您来说是新的", "对该用户来说是新的"}),
    kin=frozenset({"中有同类物品"}),
    no_kin=frozenset({"中没有同类物品", "它的类型"}),
    alike=frozenset({"中的内容相似"}),
    unlike=frozenset({"中的内容不相似"}),
    share=frozenset({"占", "全部作用的"}),
    joint=frozenset({"属于多项的共同作用"}),
    next_item=frozenset({"排在它后面的是"}),
    odds=frozenset({"在这里展示它的概率是"}),
    contrasts=frozenset({"，而", "但", "但是", "不过", "然而"}),
    neutral=frozenset(
        {
            "推荐它", "推荐", "这条推荐", "是", "您的历史记录", "该用户的历史记录", "历史记录",
            "中有", "中的", "中", "以及", "和", "、", "，", "：", "（", "）", "对", "的", "也",
            "也有", "它们", "它", "它的", "起了", "它的得分", "得分", "共", "共有", "其中", "另有",
            "与", "这是", "在这里", "文字描述", "因", "了", "为", "使",
        }
    ),
    promises=frozenset({"一定", "保证", "喜欢", "必须", "完美", "最好", "导致", "肯定"}),
    attributes=frozenset(
        {
            "女", "男", "性别", "年龄", "种族", "宗教", "职业", "学生", "医生", "她", "他", "国籍",
            "残疾",
        }
    ),
    segment=_segment,
)  # fmt: skip
