"""What the parts of every form are called, in each language: the one table that formats, drafting and pages share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The labels of one language."""

    lang: str
    """The tag of the language in HTML (https://www.rfc-editor.org/rfc/rfc5646)."""
    colon: str
    comma: str
    """Between institutions."""
    summary: str
    contents: str
    brief: str
    briefs: str
    """The section of what is no paper: repositories, releases, posts."""
    tags: str
    references: str
    tail: str
    """Behind the headlines of an issue: the newsletter's name, put for `%s`."""
    sections: Mapping[str, tuple[str, ...]]
    """The sections of each publication, in their order."""
    also: tuple[str, ...]
    """What a collection's sections are called too: read, not written."""
    links: Mapping[str, str]
    """What a link of each `LinkKind` is called."""
    rows: Mapping[str, str]
    """What sentences are for: `proposal`, `how`, `result`."""
    numbers: str
    figures: Mapping[str, str]
    """What a number tells: `scale`, `data`, `result`."""
    quote: str
    """Before sentences of a source in the language of the issue."""
    foreign_quote: str
    """Before sentences of a source in the other language."""
    question: str
    """The handbook's question about a work, put for `%s`."""
    correction: str
    corrections: str
    withdrawn: str
    """A correction: the authors of a paper have withdrawn it."""
    renamed: str
    """A correction: a later version, put for the first `%s`, is called what is put for the second."""
    revised: str
    """A correction: of a later version, put for `%s`, the authors say something."""
    said: str
    """What the authors say of it, put for `%s`."""
    number: str
    """An issue's, put for `%s`."""
    other: str
    """The topic of what fits none."""
    rest: str
    """What leads from a mail to the whole text."""
    collection_lead: str
    """The first paragraph of a new collection."""
    authors: str
    """Behind the first author, how many they are put for `%d`."""
    code: str
    """A repository in a line of other facts."""
    cover: str
    """What a cover without words of its own is called, its author put for `%s`."""
    picture: str
    """The same of a card's picture, with the work's name."""
    blocks: Mapping[str, str]
    """What a block of each `BlockKind` is marked as."""


ZH = Vocabulary(
    lang="zh-Hans",
    colon="：",
    comma="、",
    summary="摘要",
    contents="目录",
    brief="概要",
    briefs="快讯",
    tags="标签",
    references="参考链接",
    tail="【%s】",
    sections={
        "topic": ("概述", "方法", "实验", "通俗易懂"),
        "collection": ("简介", "核心功能", "技术原理", "应用场景"),
        "handbook": ("介绍",),
    },
    also=(),
    links={
        "project": "项目主页",
        "code": "GitHub 仓库",
        "model": "模型",
        "paper": "论文链接",
        "release": "发布说明",
        "post": "原文",
    },
    rows={"proposal": "提出", "how": "做法", "result": "结果"},
    numbers="数字",
    figures={"scale": "规模", "data": "数据", "result": "结果"},
    quote="摘录",
    foreign_quote="英文摘录",
    question="介绍一下%s",
    correction="更正",
    corrections="更正",
    withdrawn="发布之后，作者撤回了这篇论文。",
    renamed="发布之后出了 v%s，题目改为《%s》。",
    revised="发布之后出了 v%s，内容有较大改动。",
    said="作者说明：“%s”",
    number="第 %s 期",
    other="其他",
    rest="在网页版阅读全文",
    collection_lead="这里收录周报介绍过的工作，先到的在前；每条说明它是什么、能做什么、怎样做到，并附项目与论文链接。",
    authors="等 %d 人",
    code="代码",
    cover="封面：%s",
    picture="%s Teaser 图",
    blocks={"editorial": "编者按", "announcement": "公告", "sponsor": "赞助"},
)
EN = Vocabulary(
    lang="en",
    colon=": ",
    comma=", ",
    summary="Summary",
    contents="Contents",
    brief="In brief",
    briefs="News in brief",
    tags="Tags",
    references="References",
    tail=" [%s]",
    sections={
        "topic": ("Overview", "Method", "Experiments", "In plain words"),
        "collection": ("Introduction", "Core features", "Technical principles", "Use cases"),
        "handbook": ("Introduction",),
    },
    also=("Features", "How it works", "Uses"),
    links={
        "project": "project page",
        "code": "GitHub repository",
        "model": "models",
        "paper": "paper",
        "release": "release notes",
        "post": "post",
    },
    rows={"proposal": "Proposal", "how": "Method", "result": "Results"},
    numbers="Numbers",
    figures={"scale": "size", "data": "data", "result": "result"},
    quote="",
    foreign_quote="In Chinese",
    question="Introduce %s",
    correction="Correction",
    corrections="Corrections",
    withdrawn="Its authors have withdrawn this paper since it was published here.",
    renamed="Its v%s, which has come out since, is called “%s”.",
    revised="Its v%s, which has come out since, changes much.",
    said="Its authors say: “%s”",
    number="No. %s",
    other="Other",
    rest="Read the rest on the web",
    collection_lead="What the newsletter has introduced, the earliest first: what each is and does, and its links.",
    authors="et al. (%d authors)",
    code="code",
    cover="Cover: %s",
    picture="%s: teaser figure",
    blocks={"editorial": "Editorial", "announcement": "Announcement", "sponsor": "Sponsored"},
)


def vocabulary(language: str) -> Vocabulary:
    """The labels of *language*; of Chinese for any but `en`."""
    return EN if language == "en" else ZH
