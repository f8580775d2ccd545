from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import FetchError, Throttled, Unreachable
from weekly.net.retries import Backoff, retry_after

DATE = "Tue, 08 Apr 2025 12:00:00 GMT"
NOW = int(datetime(2025, 4, 8, 12, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "120"}, 120),
        ({"retry-after": " 7 "}, 7),
        ({"retry-after": "Tue, 08 Apr 2025 12:01:30 GMT"}, 90),
        ({"retry-after": "Tue, 08 Apr 2025 11:00:00 GMT"}, 0),
        ({"retry-after": "Tue, 08 Apr 2025 12:01:30 GMT", "date": "Tue, 08 Apr 2025 12:01:00 GMT"}, 30),
        ({"retry-after": "Tue, 08 Apr 2025 12:01:30 GMT", "date": "today"}, 0),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "٣"}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + 30)}, 30),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": str(NOW + 30)}, 0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "never"}, 0),
    ],
)
def test_how_long_the_host_wants_us_to_wait(headers, seconds):
    assert retry_after({"date": DATE, **headers}) == seconds


@given(st.text(max_size=60))
def test_no_header_is_too_odd_to_be_read(text):
    assert retry_after({"retry-after": text, "date": DATE}) >= 0
    assert retry_after({"retry-after": DATE, "date": text}) >= 0


@given(
    st.lists(
        st.tuples(st.sampled_from([Unreachable, Throttled, FetchError]), st.floats(0, 60), st.floats(0, 60)),
        max_size=80,
    ),
    st.floats(0, 300),
)
def test_patience_ends_before_more_is_lost_than_may_be(failures, most):
    backoff, lost = Backoff(6, 20, most), 0.0
    for kind, spent, wait in failures:
        pause = backoff.pause(kind("", url="https://a.example"), spent, wait)
        if pause is None:
            break
        assert pause >= wait
        lost += spent + pause
    assert lost <= most
