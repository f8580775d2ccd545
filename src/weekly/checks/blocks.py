"""Checks of what stands beside the cards: no source stands behind it, but its links and its form are looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weekly.checks.cards import PLACEHOLDER
from weekly.checks.context import CheckContext
from weekly.models import Block, Finding, Level, Reach
from weekly.render.markdown import link_targets
from weekly.render.paths import on_the_web

_HTML = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?/?>")


def blocks(context: CheckContext) -> Iterator[Finding]:
    """Blocks that are too many, say nothing, hold a gap or HTML, or link to what is no page or is not there."""
    most, stand = context.settings.newsletter.blocks, context.draft.blocks
    if len(stand) > most:
        yield _finding(Level.BLOCK, f"{len(stand)} blocks: [newsletter] blocks allows {most}; remove one")
    for block in stand:
        text = f"{block.title} {block.body}"
        if not (block.title.strip() and block.body.strip()):
            yield _finding(Level.BLOCK, f"{_name(block)}: the title or the text is empty")
        if gap := PLACEHOLDER.search(text):
            yield _finding(Level.BLOCK, f"{_name(block)}: {gap[0]!r} is left over")
        if tag := _HTML.search(re.sub(r"`[^`]*`", "", text)):
            yield _finding(Level.WARN, f"{_name(block)}: {tag[0]} is shown as it stands, for HTML is not read")
        for url in link_targets(block.body):
            reach, detail = context.links.get(url, (Reach.UNKNOWN, ""))
            if not on_the_web(url) and not url.startswith("mailto:"):
                yield _finding(Level.BLOCK, f"{_name(block)}: {url!r} leads to no page: write https://…")
            elif reach is Reach.DEAD:
                yield _finding(Level.WARN, f"{_name(block)}: {url} is dead: {detail}")


def _name(block: Block) -> str:
    return f"{block.kind} “{block.title}”"


def _finding(level: Level, message: str) -> Finding:
    return Finding(check="blocks", level=level, card="", message=message)
