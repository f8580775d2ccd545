"""Which words around an address tell what it leads to."""

from __future__ import annotations

import re

from weekly.text import one_line

_GENERIC = re.compile(
    r"(?:the |full |read |our |original |project |official |home)?(?:papers?|page|website|site|homepage|post|article)"
    r"|arxiv|codes?|github|gitlab|hugging ?face|hf|demo|pdf|html|abs|links?|url|here|repo|repository|source|models?"
    r"|weights|data|datasets?|blogs?|news|videos?|stars?|youtube|twitter|x|tweet|docs?|documentation|project"
    r"|read (?:more|on)|more|via|untitled|image",
    re.IGNORECASE,
)
_GENERIC_CHINESE = frozenset(
    {
        *("论文", "论文链接", "论文地址", "代码", "代码链接", "代码地址", "项目", "项目主页", "项目地址"),
        *("项目官网", "项目链接", "官网", "主页", "链接", "地址", "原文", "原文链接", "阅读原文", "仓库"),
        *("仓库地址", "github仓库", "github地址", "开源地址", "模型", "模型下载", "数据", "数据集", "演示"),
        *("试用", "在此", "这里", "点击", "点击查看", "查看", "详情", "下载", "视频", "博客", "图片"),
        *("arxiv链接", "arxiv地址"),
    }
)
_ADDRESS = re.compile(r"\S*://\S*|(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.ASCII | re.IGNORECASE)
MARKS = " \t/<>{}\r\n*_#>|·•-–—:：,，.。、;；()（）[]【】《》!?？！“”\"'`~→➡👉🔗📄💻⭐️"
_NUMBER = re.compile(r"^(?:\[?\d{1,3}[\]).、．:]|[-*+]|\[[ xX]?\])[ \t]*")


def is_telling(words: str) -> bool:
    """Whether *words* name something: a link that reads `论文`, `code` or its own address does not."""
    bare = words.strip(MARKS)
    return (
        len(bare) > 1
        and not _ADDRESS.fullmatch(bare)
        and not _GENERIC.fullmatch(bare)
        and bare.lower() not in _GENERIC_CHINESE
        and not bare.replace(".", "").isdigit()
    )


def heading_text(words: str) -> str:
    """The words of a heading or of a list's line, without its number and marks."""
    return _NUMBER.sub("", one_line(words, 200).strip("*_# \t")).strip("*_ \t")


def label_before(before: str, words: str, url: str) -> str:
    """What stands on the line of an address in front of it, where that tells anything.

    Args:
        before: the paragraph up to the run that holds the address.
        words: the run itself, where the address is among its words.
        url: the address.
    """
    bare = url.removeprefix("https://")
    place = words.find(bare)
    line = (before + (words[:place].removesuffix("https://").removesuffix("http://") if place > 0 else "")).rpartition(
        "\n"
    )[2]
    label = heading_text(line).strip(MARKS)
    return label if is_telling(label) and len(label) <= 120 else ""  # noqa: PLR2004 - longer ones are sentences
