"""A date is what the feed wrote, the same in every month; what names no day is none."""

from __future__ import annotations

import re
import tarfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.sources.dates import EARLIEST, LATEST, parse_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        # RFC 822 as it is meant, and as it is written.
        ("Tue, 08 Apr 2025 10:00:00 GMT", "2025-04-08T10:00"),
        ("Tue, 8 Apr 2025 10:00 EDT", "2025-04-08T14:00"),
        ("Mon, 07 April 2025 10:00:00 GMT", "2025-04-07T10:00"),
        ("8 Sept. 2025", "2025-09-08T00:00"),
        ("Thurs, 10 Apr, 2025 10:00:00", "2025-04-10T10:00"),
        ("Tuesday, 08-Apr-25 10:00:00 GMT", "2025-04-08T10:00"),
        ("Wed, 09 Apr 2025 06:00:00 +0800 (CST)", "2025-04-08T22:00"),
        ("Di, 08 Apr 2025 11:41:36 +0200", "2025-04-08T09:41:36"),
        ("Mon, 7 Apr 99 10:00:00 GMT", "1999-04-07T10:00"),
        ("Tue, 8 Apr 2025 24:00:00 GMT", "2025-04-09T00:00"),
        # RFC 3339 and ISO 8601.
        ("2025-04-08T10:00:00.123+05:30", "2025-04-08T04:30"),
        ("2025-04-08t10:00z", "2025-04-08T10:00"),
        ("20250408T101500Z", "2025-04-08T10:15"),
        ("2025-04-08T10:00:00-0700", "2025-04-08T17:00"),
        ("2025-04-08 10:00:00 +0800", "2025-04-08T02:00"),
        ("20250408101500", "2025-04-08T10:15"),
        ("2025-04-08+02:00", "2025-04-08T00:00"),
        ("2025-W15-2", "2025-04-08T00:00"),
        ("2025-098", "2025-04-08T00:00"),
        # Sites of China and Korea.
        ("2026/10/5", "2026-10-05T00:00"),
        ("2026年4月8日", "2026-04-08T00:00"),
        ("2025年04月08日 下午3:20", "2025-04-08T15:20"),
        ("2025年4月8日10时30分", "2025-04-08T10:30"),
        ("2025년 4월 8일 오전 12:20", "2025-04-08T00:20"),
        # Other tongues and programs.
        ("2025 Apr 08", "2025-04-08T00:00"),
        ("2025-April-8 10:05", "2025-04-08T10:05"),
        ("April 8th, 2025, 6:11 p.m.", "2025-04-08T18:11"),
        ("8 avril 2025", "2025-04-08T00:00"),
        ("juillet 14, 2025", "2025-07-14T00:00"),
        ("8 de abril de 2025 10:05", "2025-04-08T10:05"),
        ("08.04.2025 10:05", "2025-04-08T10:05"),
        ("Tue Apr  8 10:00:00 UTC 2025", "2025-04-08T10:00"),
        ("13/04/2025", "2025-04-13T00:00"),
        ("08/04/2025", "2025-04-08T00:00"),
        ("04/13/2025", "2025-04-13T00:00"),
        ("1744106400", "2025-04-08T10:00"),
        ("1744106400123", "2025-04-08T10:00"),
    ],
)
def test_a_date_means_what_is_written(text, moment):
    found = parse_date(text)
    assert found is not None
    assert found.replace(microsecond=0) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "yesterday", "2025", "2025-04", "April 2025", "10:00", "13/13/2025", "2025-02-30", "32 Apr 2025"),
        *("0", "Thu, 01 Jan 1970 00:00:00 +0000", "0001-01-01T00:00:00Z", "99999999999999", "8 Foo 2025"),
    ],
)
def test_what_names_no_day_is_none(text):
    assert parse_date(text) is None


@given(st.text("0123456789-/.:TZ +年月日AprilMonday,", max_size=90))
def test_no_text_is_too_odd(text):
    found = parse_date(text)
    assert found is None or EARLIEST <= found < LATEST


@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2199, 1, 1)),  # noqa: DTZ001 - hypothesis adds the zone
    st.sampled_from(
        [
            "%a, %d %b %Y %H:%M:%S +0000",
            "%Y-%m-%dT%H:%M:%SZ",
            "%Y年%m月%d日 %H:%M:%S",
            "%B %d, %Y %H:%M:%S",
            "%d %B %Y %H:%M:%S GMT",
            "%c",
        ]
    ),
)
def test_what_was_written_is_read_again(moment, form):
    moment = moment.replace(microsecond=0)
    assert parse_date(moment.strftime(form)) == moment.replace(tzinfo=UTC)


def test_the_dates_of_real_feeds_are_read(shared):
    """Those of feedparser's own test feeds that name a day at all."""
    with tarfile.open(shared / "data" / "fixtures" / "feedparser_tests.tar.gz") as archive:
        bodies = [archive.extractfile(one).read() for one in archive.getmembers() if one.name.endswith(".xml")]
    written = {
        text.decode().strip()
        for body in bodies
        for text in re.findall(rb"<(?:pubDate|updated|published|modified|issued|dc:date)>([ -~]{1,60})<", body)
    }
    dated = {text for text in written if re.search(r"\d{4}-\d\d-\d\d|\d{1,2} \w{3} \d{4}", text)}
    assert len(dated) >= 10
    assert {text for text in dated if parse_date(text) is None} == set()
