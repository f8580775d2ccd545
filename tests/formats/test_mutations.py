"""Pages as people leave them: cut, doubled, shuffled, with other line ends and stray marks. Nothing is ever lost."""

from __future__ import annotations

import json
import random
import re
from contextlib import suppress

import pytest

from tests.formats.corpus import texts
from weekly.errors import ParseError
from weekly.formats import FORMATS, from_json, parse, to_json
from weekly.render.documents import render
from weekly.render.environment import environment

ENVIRONMENT = environment()
LARGEST = 30_000
ODD = (
    "\u00a0", "\u200b", "\ufeff", "\t", "\u2028", "\u0085", "\x0c", "\\", "|", "｜", "`", "```\n", "~~~~\n", "<", "&", "---\n",
    "<details>\n", "</details>\n", "| a | b |\n|---|---|\n", "$x$", "<!--", "-->", "](", "[]()", "![](x)\n", "</h2>", "#",
    '<h2 id="x">y</h2>\n', "<h3 id='z'>", "# \n", "####### seven\n", "Setext\n===\n", "- [a](#a)\n", "1. a\n", "> quote\n",
    "\t# tab\n", "&amp;", "**[⬆ x](#y)**\n", "# Topic: X\n", "## 目录\n", "## 摘要\n", "### **参考链接**\n", "**标签**：#a\n",
    "#### 1.4.1 核心功能\n", "- 论文：http://x.org\n", "<u>http://a.org</u>\n", "｜\n", "2025-01-01｜A\n", "## 参考资料\n", "\r", "é",
)  # fmt: skip


def cut(lines, chance, at):
    return lines[at:] if chance.random() < 0.5 else lines[:at]


def mutated(text: str, chance: random.Random) -> str:
    """*text* as an editor, a program or a careless copy may leave it."""
    lines = re.split(r"(?<=\n)", text)
    at = chance.randrange(len(lines))
    some = lines[at : at + 1 + chance.randrange(15)]
    step = chance.randrange(9)
    if step == 0:
        lines = [re.sub(r"\r?\n", chance.choice(["\r\n", "\n", "\r"]), line) for line in lines]
    elif step == 1:
        del lines[at : at + len(some)]
    elif step == 2:
        lines[at:at] = some
    elif step == 3:
        lines[at : at + len(some)] = chance.sample(some, len(some))
    elif step == 4:
        lines = cut(lines, chance, at)
    elif step == 5:
        lines = [line.rstrip("\n") + chance.choice(["", " ", "\t", "\u00a0"]) + "\n" for line in lines]
    elif step == 6:
        lines = [
            chance.choice(["  ", "    ", "\t", "> ", "- "]) + line if chance.random() < 0.1 else line for line in lines
        ]
    elif step == 7:
        lines = [re.sub(r"^#+", lambda _: "#" * chance.randrange(1, 8), line) for line in lines]
    else:
        whole = "".join(lines)
        for _ in range(4):
            place = chance.randrange(len(whole) + 1)
            whole = whole[:place] + chance.choice(ODD) + whole[place:]
        return whole
    return "".join(lines)


@pytest.mark.parametrize("name", FORMATS)
def test_a_page_in_disorder_comes_back_as_it_was_or_is_refused(name, drawn):
    documents = [text[:LARGEST] for text in texts(name).values()]
    for turn in drawn(range(150), 40):
        chance = random.Random(turn)
        text = chance.choice(documents)
        for _ in range(chance.randrange(1, 4)):
            text = mutated(text, chance) or "x"
        document = None
        with suppress(ParseError):
            document = parse(text, name)
        if document is None:
            continue
        again = from_json(json.loads(json.dumps(to_json(document))))
        assert again == document
        assert render(again, ENVIRONMENT) == text


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000, "](" * 50_000, "*" * 100_000, "`" * 100_000, "<h2 id=" * 14_000, "# " * 50_000, "｜" * 100_000,
        "- " * 50_000, "\\" * 100_000, "&amp;" * 20_000, "http://" * 14_000, "|" * 100_000, "　" * 100_000, "1." * 50_000,
        "<u>" * 33_000, "[a](" * 25_000, "🟡 " * 50_000, "**概要**：" * 14_000, "![a](b)" * 14_000, "[⬆" * 50_000,
    ],
    ids=lambda line: line[:6],
)  # fmt: skip
def test_a_line_of_a_hundred_thousand_signs_is_read_or_refused_before_anybody_gives_up(name, line):
    start = {"digest": "# A【AI周报】\n\n## X：y\n\n**概要**：", "topic": "# Topic: X\n## T\n2025-01-01｜", "collection": "# T\n## X\n#### 简介\n", "handbook": '<h2 id="a">A</h2>\n'}[name]  # fmt: skip
    for text in (start + line, f"{start}\n{line}\n", f"{line}\n\n{start}\n"):
        with suppress(ParseError):
            assert render(parse(text, name), ENVIRONMENT) == text
