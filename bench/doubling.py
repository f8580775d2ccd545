"""How the work grows when hostile text doubles: `python -m bench.doubling [NAME …]`.

Each reader of strangers' text is given each pattern at a size, twice and four times it, as long as it may be there.
Prints, for each reader, its worst pattern, the CPU seconds at the largest size, and the growth of the last doubling:
2 is linear, 4 is quadratic.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage

from tests.drafting.works import candidate, context, paper
from weekly import formats
from weekly.claims import unsupported, warnings
from weekly.delivery import refusals, reports
from weekly.drafting import readme
from weekly.drafting.extractive_drafter import create
from weekly.errors import WeeklyError
from weekly.formats.hygiene import check_collection, check_handbook
from weekly.models import Kind
from weekly.render import markdown
from weekly.select.urls import find_urls
from weekly.settings import Settings
from weekly.sources.dates import parse_date
from weekly.sources.feed_entries import entry_of
from weekly.text import from_html, one_line, paragraphs
from weekly.text.latex import readable
from weekly.text.sentences import split
from weekly.web.review.text_diff import difference

PATTERNS = (
    "a", "A", "aB", "Aa ", "A-", "a.", "A. ", "e.g. ", "1", "1,", "1.", "1 ", "1-", "1%", "一", "一百",
    "百分之", "的", "，", "。", "《", "》", "“", "(", ")", "()", "[", "]", "[]", "[a](", "{", "}", "{}", "<",
    ">", "<a", "<a>", "<!--", "&", "&amp;", "$", "$a$", "\\", "\\a", "\\a{", "\\emph{", "\\frac{1}", "^", "_",
    "_a", "*", "**a", "`", "``a", "~~", "|", "|a|\n", "|-|\n", "#", "# a\n", "## ", "> a\n\n", "- a\n",
    "1. a\n", "```\n", "---\n", "\n", " \n", "\t", " ", "http://", "http://a.b/)", " github.com/a/b",
    "https://arxiv.org/abs/2504.08685 ", "@", "a@b.c ", "a:", "a: b\n", "We propose ", "We propose A, a ",
    "outperforms ", "based on ", "better than ", "from 1 to 2 ", "the first ", "of ", "University of ",
    "Institute ", "GPT-4 ", "ImageNet, ", "提升了 1% ", "优于", "研究人员", "the model and ", "<think>",
    "<details>", "<summary>", "</p>", "<td>", "[^1]: a\n", "[1]: http://a\n", "**概要**：", "Jan ", "2026-",
    "+0000 ", "550 5.1.1 ", "user unknown ", "Message-ID: <", "will retry ", "## a\n#### 简介\n", '<h2 id="a">a</h2>\n',
    "- [a](#b)\n", "**a** ", "[a][", "![", "a](#",
)  # fmt: skip
"""What trips readers: signs that open and are never closed, or that many rules begin with."""


MOST = 2.5
"""What a doubling may cost at most, in times."""
NOTICEABLE = 0.05
"""Seconds; below it the clock says more than the work."""


def _card(text: str) -> None:
    writer = create(context(Settings(), evergreen=False))
    writer.card(candidate(replace(paper(), title=one_line(text, 300), text=text)))


def _feed_entry(text: str) -> None:
    entry_of(dict.fromkeys(("title", "summary", "link", "id"), text), "feed", Kind.POST, "https://a.example/")


def _report(text: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "MAILER-DAEMON@a.example", "Undelivered"
    mail.set_content(text)
    reports.read(mail.as_bytes())


def _evergreen(text: str) -> None:
    """A page that is a collection and a handbook, and has *text* wherever text may stand."""
    part = f"x{text[: len(text) // 4]}x"
    page = f'# T\n\n## 目录\n\n- [{part}](#{part})\n\n## {part}\n\n#### 简介\n{text}\n\n<h2 id="{part}">{part}</h2>\n'
    for check in (check_collection, check_handbook):
        with suppress(WeeklyError):
            check(page)


READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "card of an abstract": (_card, 20_000),
    "claims": (lambda text: (unsupported(text, [text]), warnings(text, [text])), 20_000),
    "sentences": (split, 50_000),
    "LaTeX": (readable, 50_000),
    "HTML": (from_html, 100_000),
    "paragraphs": (paragraphs, 100_000),
    "addresses": (find_urls, 50_000),
    "Markdown": (markdown.to_html, 50_000),
    "README": (readme._without_comments, 60_000),  # noqa: SLF001 - the rest of it stands above
    "date": (parse_date, 2_000),
    "feed entry": (_feed_entry, 50_000),
    "document": (formats.parse, 200_000),
    "evergreen page": (_evergreen, 60_000),
    "bounce": (_report, 100_000),
    "refusal": (refusals.judge_text, 20_000),
    "difference": (lambda text: difference(text, text[::-1]), 12_000),
}
"""Who reads, and how many characters it may be given at most."""


def measure(read: Callable[[str], object], pattern: str, size: int) -> float:
    """CPU seconds of reading *size* characters of *pattern*."""
    text = (pattern * (size // len(pattern) + 1))[:size]
    started = time.process_time()
    with suppress(WeeklyError):  # a refusal is an answer
        read(text)
    return time.process_time() - started


def main(names: list[str]) -> None:
    """The table; beneath a reader, each pattern whose work grows by more than `MOST`."""
    print(f"{'reader':24} {'characters':>10} {'seconds':>8} {'growth':>7}  pattern")
    for name, (read, largest) in READERS.items():
        if names and name not in names:
            continue
        rows = []
        for pattern in PATTERNS:
            half, whole = (measure(read, pattern, size) for size in (largest // 2, largest))
            rows.append((whole, whole / max(half, 1e-4), pattern))
        rows.sort(reverse=True)
        steep = [row for row in rows[1:] if row[1] > MOST and row[0] > NOTICEABLE]
        for place, (seconds, growth, pattern) in enumerate((rows[0], *steep)):
            print(f"{'' if place else name:24} {largest:10,} {seconds:8.3f} {growth:7.1f}  {pattern!r}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
