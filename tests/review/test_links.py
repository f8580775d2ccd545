"""Links of a draft are asked when somebody wants to know, and what is dead is said from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.published import CARDS, a_draft
from tests.stored import stored
from weekly.models import Level, Link, LinkKind, Reach
from weekly.review.links import dead_links, probe
from weekly.testing import SavedAnswers, workspace

NOW = datetime(2025, 4, 14, 6, tzinfo=UTC)
PAGE = "https://ant.example.org/"
CODE = "https://code.example.org/ant"


def linked(*urls):
    """A draft whose first card links to its paper and to *urls*."""
    links = (*CARDS[0].links, *(Link(kind=LinkKind.PROJECT, url=url, origin="abstract") for url in urls))
    return replace(a_draft(), cards=(replace(CARDS[0], links=links), CARDS[1]))


def ask(root, answers, *urls):
    """What the checks say of the links after they were asked, and what was asked."""
    transport = SavedAnswers(answers)
    with workspace(root, transport=transport, now=NOW) as opened:
        probe(opened, linked(*urls))
        return list(dead_links(opened, linked(*urls))), [str(one.url) for one in transport.asked]


def test_a_link_to_nothing_is_a_warning_at_its_card(tmp_path):
    found, asked = ask(tmp_path, {PAGE: (404, {}, b""), CODE: (200, {}, b"")}, PAGE, CODE)
    assert [(one.check, one.level, one.card) for one in found] == [("links", Level.WARN, CARDS[0].id)]
    assert PAGE in found[0].message
    assert "404" in found[0].message
    assert sorted(asked) == [PAGE, CODE]  # papers come from arXiv itself and are not asked for


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_host_that_does_not_let_us_in_is_not_dead(tmp_path, status):
    found, asked = ask(tmp_path, {PAGE: (status, {}, b"")}, PAGE)
    assert found == []
    assert asked == [PAGE]  # once: nobody waits for it


@pytest.mark.parametrize("failure", [httpx.ConnectError("no route"), httpx.ReadTimeout("silence")])
def test_a_host_that_does_not_answer_is_unknown(tmp_path, failure):
    with workspace(tmp_path, transport=SavedAnswers({PAGE: failure}), now=NOW) as opened:
        probe(opened, linked(PAGE))
        known = stored(opened).links.answers([PAGE], NOW - timedelta(days=1))
        assert known[PAGE][0] is Reach.UNKNOWN
        assert list(dead_links(opened, linked(PAGE))) == []


def test_redirects_are_followed_to_their_end_and_loops_end(tmp_path):
    moved = {PAGE: (301, {"location": CODE}, b""), CODE: (410, {}, b"")}
    assert [one.check for one in ask(tmp_path / "a", moved, PAGE)[0]] == ["links"]
    loop = {PAGE: (302, {"location": PAGE}, b"")}
    found, asked = ask(tmp_path / "b", loop, PAGE)
    assert found == []
    assert len(asked) == 6


def test_addresses_inside_private_networks_are_never_asked(tmp_path):
    assert ask(tmp_path, {}, "http://169.254.169.254/latest", "ftp://example.org/x", "http://10.0.0.1/") == ([], [])


def answer(opened, *told):
    with opened.store.write() as tx:
        tx.links.set(*told)


def test_an_answer_counts_for_a_week_and_the_last_one_counts(tmp_path):
    with workspace(tmp_path, now=NOW) as opened:
        answer(opened, PAGE, Reach.DEAD, "HTTP 404", NOW - timedelta(days=8))
        assert list(dead_links(opened, linked(PAGE))) == []
        answer(opened, PAGE, Reach.DEAD, "HTTP 404", NOW - timedelta(days=1))
        assert len(list(dead_links(opened, linked(PAGE)))) == 1
        answer(opened, PAGE, Reach.ALIVE, "HTTP 200", NOW)
        assert list(dead_links(opened, linked(PAGE))) == []


def test_a_replayed_recording_teaches_nothing_about_links(drafted, weekly):
    ran = weekly("--workspace", drafted, "check", "--week", "2025-W15", "--links", "--json")
    assert ran.status == 0
    assert '"links"' not in ran.out
