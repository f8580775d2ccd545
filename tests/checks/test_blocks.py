"""No source stands behind a block; its links and its form are looked at all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.checks.contexts import DRAFT, context
from weekly.checks.blocks import blocks
from weekly.checks.evidence import claims
from weekly.models import Block, BlockKind, Level, Reach

PAGE = "https://sponsor.example.org/"


def found(body, title="T", count=1, **known):
    block = Block(kind=BlockKind.SPONSOR, title=title, body=body)
    return list(blocks(context(replace(DRAFT, blocks=(block,) * count), **known)))


def test_what_no_source_says_is_no_fault_of_a_block():
    block = Block(kind=BlockKind.EDITORIAL, title="排名第一", body="GPT-9 improved by 99.9 % at Example University.")
    with_block = context(replace(DRAFT, blocks=(block,)))
    assert list(claims(with_block)) == list(claims(context(DRAFT)))
    assert list(blocks(with_block)) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("See [this](javascript:alert(1)).", "'javascript:alert(1)' leads to no page"),
        ("See [this](/etc/passwd).", "'/etc/passwd' leads to no page"),
        ("Dear {{ name }}", "'{{' is left over"),
        ("待补充", "'待补充' is left over"),
        ("  ", "the title or the text is empty"),
    ],
)
def test_what_must_not_go_out_blocks(body, told):
    (finding,) = found(body)
    assert (finding.check, finding.level) == ("blocks", Level.BLOCK)
    assert told in finding.message


def test_html_is_told_because_readers_would_see_its_tags():
    (finding,) = found("<b>Buy</b> this; `<i>` is code.")
    assert finding.level is Level.WARN
    assert "<b> is shown as it stands" in finding.message


def test_a_dead_link_is_a_warning_and_one_that_nobody_asked_is_none():
    text = f"[a]({PAGE}) [b](mailto:a@example.org)"
    assert found(text) == []
    (finding,) = found(text, links={PAGE: (Reach.DEAD, "HTTP 404")})
    assert finding.message == f"sponsor “T”: {PAGE} is dead: HTTP 404"


def test_more_than_the_owner_allows_block():
    assert found("Text.", count=3) == []
    assert "4 blocks: [newsletter] blocks allows 3" in found("Text.", count=4)[0].message
