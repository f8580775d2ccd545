"""What strangers send, broken at random, and who reads it: each reader answers or refuses in its own words, in time."""

from __future__ import annotations

import base64
import io
import json
import random
import resource
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from tests.drafting.works import ABSTRACT
from weekly import isolated
from weekly.delivery import reports
from weekly.drafting import arxiv_page, readme
from weekly.drafting.llm import completion
from weekly.drafting.llm.completion import ErrorInAnswer
from weekly.drafting.llm.failures import TryAgain
from weekly.drafting.page_preview import preview_address
from weekly.drafting.picture_decoding import FORMATS, HEAVIEST, TALLEST, UnfitPicture, fit
from weekly.errors import OverBudget, WeeklyError
from weekly.models import Kind
from weekly.settings import load
from weekly.sources.discovery import named_feeds
from weekly.sources.feed_entries import entries_of
from weekly.sources.feed_format import parse
from weekly.subscribers.table import read_csv

URL = "https://a.example/x"
ODD = (
    *(
        b"\x00",
        b"\xff",
        b"\xff\xd9",
        b"\xff\xda",
        b"\r\n",
        b"\xed\xa0\x80",
        b"\xe2\x80\xa8",
        b"<!--",
        b"-->",
        b"<![CDATA[",
    ),
    *(b"]]>", b"</item>", b"<item>", b"&", b"&#0;", b"&#xD800;", b"<", b">", b'"', b"{", b"}", b"[", b"]", b"\\u0000"),
    *(
        b"null",
        b"1e999",
        b"-1",
        b"9" * 40,
        b"http://[x",
        b"//",
        b"javascript:",
        b"=?utf-8?b?//8=?=",
        b"\tboundary=",
        b";",
    ),
    *(b"%00", b"\x1b[31m", b"\xe4\xb8", b"a" * 3000, b"<a " * 300, b"(" * 500),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads, what it reads when nobody breaks it, and in which words it may refuse."""

    read: Callable[[bytes], object]
    samples: Callable[[], Sequence[bytes]]
    refusals: tuple[type[Exception], ...] = (WeeklyError,)


def mutate(sample: bytes, chance: random.Random) -> bytes:
    """*sample* with one to five pieces of it flipped, cut, doubled, moved or replaced by what trips readers."""
    data = bytearray(sample)
    for _ in range(chance.randint(1, 5)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((1, 1, 2, 4, 16, 200, 5000)))
        step = chance.randrange(6)
        if step == 0 and data:
            data[min(start, len(data) - 1)] ^= 1 << chance.randrange(8)
        elif step == 1:
            del data[start:end]
        elif step == 2:
            data[start:start] = data[start:end] * chance.choice((1, 2, 20))
        elif step == 3:
            data[start:end] = chance.choice(ODD)
        elif step == 4:
            data[start:end] = chance.randbytes(end - start)
        else:
            del data[start:]
    return bytes(data[:2_000_000])


def _picture(data: bytes) -> None:
    made, suffix, (width, height) = isolated.call(fit, data, URL)
    assert len(made) <= HEAVIEST
    assert suffix in {".png", ".jpg"}
    assert 0 < width <= TALLEST
    assert 0 < height <= TALLEST


@cache
def _pictures() -> Sequence[bytes]:
    made = []
    for form in FORMATS:
        for mode, more in (
            ("RGB", {}),
            ("L", {}),
            ("RGBA", {}),
            ("P", {}),
            ("RGB", {"progressive": True, "lossless": True}),
        ):
            out = io.BytesIO()
            image = Image.effect_noise((160, 90), 60).convert(mode if form != "JPEG" or mode in {"RGB", "L"} else "RGB")
            image.save(out, form, **more)
            made.append(out.getvalue())
    return made


def _page(data: bytes) -> None:
    isolated.call(arxiv_page.read, data, URL)
    isolated.call(preview_address, data, URL)
    isolated.call(named_feeds, data, URL)


_PAGE = """<html><head><base href="./"><meta property="og:image" content="/a.png"><link rel="alternate" href="/feed.xml"
 type="application/rss+xml"></head><body><h1 class="ltx_title ltx_title_document">T</h1><div class="ltx_authors"><span
 class="ltx_role_affiliation">Fudan University, Shanghai</span><a href="https://a.example">p</a></div><section
 class="ltx_section"><h2>1 Introduction</h2><p class="ltx_p">We <math alttext="x^{2}"></math> <cite>[1]</cite>.</p><figure
 class="ltx_figure"><img class="ltx_graphics" src="x1.png"><figcaption>Figure 1: A.</figcaption></figure></section></body>"""


def _feed(data: bytes) -> None:
    rows, _ = parse(data, {"content-type": "application/xml"}, URL)
    entries_of(rows, "feed", Kind.POST, URL)


_RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:c="http://purl.org/rss/1.0/modules/content/"><channel>
<title>T</title><item><title>A &amp; B</title><link>https://a.example/1</link><guid>1</guid><pubDate>Mon, 06 Apr 2026
 10:00:00 +0800</pubDate><description>&lt;p&gt;text&lt;/p&gt;</description><c:encoded><![CDATA[<p>more</p>]]></c:encoded>
<enclosure url="https://a.example/a.mp3" type="audio/mpeg" length="1"/></item></channel></rss>"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>u</id><updated>2026-04-06T10:00:00Z</updated><entry>
<title type="html">A</title><link href="https://a.example/1"/><id>1</id><updated>2026-04-06T10:00:00Z</updated><summary>s
</summary><author><name>B</name></author><category term="c"/></entry></feed>"""
_JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "items": [{"id": "1", "url": "https://a.example/1", "title": "A", "content_html": "<p>b</p>", "tags": ["c"]}],
    }
)


def _readme(data: bytes) -> None:
    isolated.call(readme.read, data)


_README = json.dumps(
    {"content": base64.b64encode(f"# A\n\n<!-- c -->\n{ABSTRACT}\n\n|a|b|\n|-|-|\n|1|2|\n".encode()).decode()}
)
_REPORT = b"""From: MAILER-DAEMON@a.example\r\nTo: weekly+b-1f-0123456789abcdef@b.example\r\nSubject: Undelivered Mail\r
Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n--x\r\n\r\nThis is the mail system.\r\n--x\r
Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; a.example\r\n\r\nFinal-Recipient: rfc822; r@c.example\r
Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n--x\r\nContent-Type: message/rfc822\r\n\r
Message-ID: <2026-w15.0123456789abcdef0123456789abcdef@b.example>\r\n\r\nhello\r\n--x--\r\n"""
_ANSWER = json.dumps(
    {"choices": [{"message": {"content": '{"summary": "a"}'}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}}
)
_STREAM = f"data: {json.dumps({'choices': [{'delta': {'content': 'a'}}]})}\n\ndata: [DONE]\n\n"
_TABLE = 'email,name,status,created_at\nada@a.example,Ada,active,2025-01-01\n"b@a.example","B\nC",unsubscribed,\n'
_SETTINGS = """[newsletter]\ntitle = "A"\nfrom = "A <a@b.example>"\nlanguage = "zh"\n[[topics]]\nslug = "x"\nkeywords = ["a"]
[sources.arxiv]\ncategories = ["cs.CL"]\n[[sources.feeds]]\nname = "f"\nurl = "https://a.example/feed"\n"""


def _table(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(data)
        file.flush()
        list(read_csv(Path(file.name)))


def _settings(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "weekly.toml").write_bytes(data)
        load(Path(folder))


def _fixed(*texts: str | bytes) -> Callable[[], Sequence[bytes]]:
    return lambda: [text.encode() if isinstance(text, str) else text for text in texts]


READERS: dict[str, Reader] = {
    "pictures": Reader(read=_picture, samples=_pictures, refusals=(UnfitPicture, OverBudget)),
    "pages": Reader(read=_page, samples=_fixed(_PAGE), refusals=(OverBudget,)),
    "feeds": Reader(read=_feed, samples=_fixed(_RSS, _ATOM, _JSON_FEED)),
    "READMEs": Reader(read=_readme, samples=_fixed(_README), refusals=(OverBudget, ValueError, TypeError, LookupError)),
    "bounces": Reader(read=reports.read, samples=_fixed(_REPORT), refusals=()),
    "model answers": Reader(read=completion.read, samples=_fixed(_ANSWER, _STREAM), refusals=(TryAgain, ErrorInAnswer)),
    "lists of subscribers": Reader(read=_table, samples=_fixed(_TABLE)),
    "settings": Reader(read=_settings, samples=_fixed(_SETTINGS)),
}


def peak() -> int:
    """The most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def attack(name: str, seed: int) -> tuple[str, bool]:
    """Gives the reader called *name* the sample that *seed* breaks.

    Returns what escaped from it, empty for nothing, and whether it was given up for its time or memory.
    """
    reader, chance = READERS[name], random.Random(f"{name} {seed}")
    data = mutate(chance.choice(reader.samples()), chance)
    try:
        reader.read(data)
    except reader.refusals as refusal:
        return "", isinstance(refusal, OverBudget)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        return f"{type(error).__name__}: {str(error)[:200]} (seed {seed}: {data[:200]!r})", isinstance(
            error, OverBudget
        )
    return "", False
