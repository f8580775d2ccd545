"""Cards for tests and benches of what readers see: as many as one likes, as hostile as the world."""

from __future__ import annotations

from datetime import UTC, datetime

from weekly.models import Card, Draft, Fact, Issue, Kind, Link, LinkKind, Picture

TOPICS = ("image_generation", "video_generation", "3d", "agents", "reasoning", "other")
TEXT = (
    "**{name}** 由 **示例大学** 提出，是一篇论文，附代码。英文摘录：We present {name}, a model of 7 billion parameters that was "
    "trained from scratch. Results show that it keeps pace with considerably larger ones, and that light fine-tuning "
    "adapts it to editing, long shots and real-time generation."
)
HOSTILE = {
    "script": "<script>document.title = 'hurt'</script>",
    "broken tags": "</td></table></div><b><i><img src=x onerror=alert(1)>",
    "javascript": "[x](javascript:alert(1)) <a href='javascript:alert(1)'>y</a>",
    "bomb": "[" * 9_000 + "*a " * 9_000 + ">" * 3_000,
    "table": "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|b" * 60 + "|",
    "turned": "\u202egnp.exe\u202d \u2067abc אבג مرحبا",
    "word": "x" * 10_000,
    "chinese": "字" * 10_000,
    "code": f"```\n{'y' * 5_000}\n```",
    "controls": "a\x00b\x08c\x0bd\x7fe\ufffef\u2028g",
    "markdown": "# a\n\n---\n\nb  \nc\n\n> d\n\n1. e\n2. f\n\n|g|h|\n|-|-|\n|i|j|\n\n![k](https://a.example/t.gif)\n\n~~l~~ `m`",
    "template": "{{ 7 * 7 }} {% raw %} {# x #}",
    "entities": "&lt;script&gt; &amp;amp; &#x3c;b&#x3e; ]]> --> <!--",
}
"""What a source or an editor may write, by what is wrong with it."""


def picture() -> Picture:
    """A picture of a card, of a usual shape."""
    return Picture(
        file="0123456789abcdef0123.png", alt="A figure", origin="https://a.example/x.png", width=1200, height=640
    )


def a_card(number: int, *, text: str = TEXT, name: str = "", **more: object) -> Card:
    """A usual card; every other one has a picture."""
    name = name or f"Model-{number}"
    known: dict[str, object] = {
        "id": f"arxiv:2504.{number:05}",
        "kind": Kind.PAPER,
        "topic": TOPICS[number % len(TOPICS)],
        "title": f"{name}: A Title of Usual Length about What It Does",
        "line": "A Title of Usual Length about What It Does",
        "summary": text.replace("{name}", name),
        "tags": ("图像生成", "扩散模型", name),
        "links": tuple(
            Link(kind=kind, url=f"https://{kind}.example.org/2504.{number:05}", origin="abstract")
            for kind in (LinkKind.PROJECT, LinkKind.CODE, LinkKind.PAPER)
        ),
        "facts": tuple(
            Fact(name="author", value=f"Ada Example-{number * at % 700}", origin="arxiv") for at in (1, 3, 7)
        ),
        "institutions": ("示例大学", f"Institute {number % 40}"),
        "picture": picture() if number % 2 else None,
    }
    return Card(name=name, **{**known, **more})  # type: ignore[arg-type]


def hostile_cards() -> list[Card]:
    """A card for each kind of trouble, which it has wherever words stand."""
    return [
        a_card(number, name=text[:20_000], line=text, summary=text, tags=(text, kind), institutions=(text,), title=text)
        for number, (kind, text) in enumerate(HOSTILE.items())
    ] + [a_card(99, links=(Link(kind=LinkKind.PAPER, url="javascript:alert(1)", origin="x"),))]


def an_issue(cards: list[Card], *, week: str = "2025-W15", language: str = "zh", number: int = 7) -> Issue:
    """An issue of these *cards*."""
    headlines = tuple(card.name[:40] for card in cards[:3])
    cover = picture() if cards and cards[0].picture else None
    draft = Draft(
        week=week, language=language, headlines=headlines, summary="本周亮点。", cards=tuple(cards), cover=cover
    )
    return Issue(
        week=week, draft=draft, number=number, hash="0" * 64, published_at=datetime(2025, 4, 14, 6, tzinfo=UTC)
    )
