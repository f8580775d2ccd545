"""The daily papers of Hugging Face."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from weekly.errors import FetchError, SuspiciousEmpty
from weekly.select.cluster import cluster
from weekly.select.identity import own_repositories_and_pages
from weekly.sources.huggingface import create

API = "https://huggingface.co/api/daily_papers"
SETTINGS = {"huggingface": {"enabled": True}}


def paper(identifier="2504.00001", **more):
    paper = {"id": identifier, "title": "A  Title", "summary": "Words.", "authors": [{"name": "Ada Lovelace"}]}
    paper |= {"publishedAt": "2025-04-07T00:00:00.000Z", "upvotes": 34, **more}
    return {"paper": paper, "numComments": 3, "submittedBy": {"fullname": "Bo"}}


def listed(*rows):
    return (200, {}, json.dumps(rows).encode())


def on(day, *rows):
    return {f"{API}?date={day}": listed(*rows), API: listed()}


def test_a_paper_comes_with_its_votes_and_who_picked_it(run, window):
    ran = run(create, SETTINGS, on("2025-04-08", paper())).collect(window)
    [entry] = ran.entries
    assert (entry.key, entry.title, entry.url) == ("2504.00001", "A Title", "https://huggingface.co/papers/2504.00001")
    assert (entry.votes, entry.remarks) == (34, "picked 2025-04-08 by Bo, 3 comments")
    assert (entry.authors, entry.updated) == (("Ada Lovelace",), datetime(2025, 4, 8, tzinfo=UTC))
    assert [url.partition("date=")[2][:10] for url in ran.asked] == [f"2025-04-{day:02}" for day in range(7, 12)]


def test_code_models_and_spaces_are_the_paper_s_own(run, window):
    row = paper(githubRepo="https://github.com/acme/x", linkedModels=[{"id": "acme/m"}], linkedSpaces=["acme/s"])
    [entry] = run(create, SETTINGS, on("2025-04-08", row)).collect(window).entries
    hub = "https://huggingface.co/"
    assert entry.links == ("https://github.com/acme/x", f"{hub}acme/m", f"{hub}spaces/acme/s")
    assert "github:acme/x" in own_repositories_and_pages(entry)
    assert cluster([entry])[0].id == "arxiv:2504.00001"


def test_what_is_no_paper_of_arxiv_is_counted(run, window):
    odd = [{}, 7, {"paper": {"id": "x", "title": "y"}}, {"paper": {"id": "2504.00002"}}, paper(upvotes="many")]
    ran = run(create, SETTINGS, on("2025-04-08", *odd)).collect(window)
    assert (len(ran.entries), len(ran.source.report.left_out)) == (1, 4)
    assert ran.entries[0].votes is None


def test_a_day_that_fails_is_a_gap_and_all_of_them_a_failure(run, window):
    ran = run(create, SETTINGS, {**on("2025-04-08", paper()), f"{API}?date=2025-04-09": (404, {}, b"")}).collect(window)
    assert len(ran.entries) == 1
    assert "2025-04-09" in ran.source.report.gaps[0]
    with pytest.raises(FetchError, match="no list of papers"):
        run(create, SETTINGS, {API: (200, {}, b"<html>")}).collect(window)
    dead = run(create, SETTINGS, {API: httpx.ConnectError("refused")})
    with pytest.raises(FetchError, match="cannot be reached"):
        dead.collect(window)
    assert len(set(dead.asked)) == 1


def test_days_without_any_pick_are_suspicious_but_not_the_first_of_a_week(run, window):
    with pytest.raises(SuspiciousEmpty, match="nothing was picked on 5 days"):
        run(create, SETTINGS, {API: (200, {}, b"[]")}).collect(window)
    monday = replace(window, end=window.start + timedelta(days=1))
    assert run(create, SETTINGS, {API: (200, {}, b"[]")}).collect(monday).entries == []


def test_an_old_paper_that_is_picked_now_says_so(run, window):
    [entry] = run(create, SETTINGS, on("2025-04-08", paper(publishedAt="2025-01-02"))).collect(window).entries
    assert entry.late == "picked on 2025-04-08"


def test_real_days_are_read_whole(run, window, shared):
    days = sorted((shared / "data" / "huggingface").glob("2025-04-*.json"))
    answers = {f"{API}?date={day.stem}": (200, {}, day.read_bytes()) for day in days}
    ran = run(create, SETTINGS, {**answers, API: listed()}).collect(window)
    rows = sum(len(json.loads(day.read_text())) for day in days if "2025-04-07" <= day.stem <= "2025-04-11")
    assert len(ran.entries) + len(ran.source.report.left_out) == rows > 20
    assert not ran.source.report.left_out
