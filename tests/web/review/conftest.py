from __future__ import annotations

import html.parser
import warnings
from contextlib import contextmanager

import pytest

from weekly.models import Week
from weekly.web.guard import RateLimit
from weekly.web.review.app import create

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have another client than the httpx that we use
    from starlette.testclient import TestClient

TOKEN = "a-long-secret-token"
WEEK = Week.parse("2025-W15")
HOME = f"/review/{WEEK}"


@contextmanager
def visiting(workspace, name="", **options):
    """A browser that has signed in, without JavaScript."""
    options = {"limit": RateLimit(100_000, 1), **options}
    follow = options.pop("follow_redirects", True)
    with TestClient(create(workspace, TOKEN, **options), follow_redirects=follow) as client:
        if name is not None:
            # The pages to which these lead are shown to nobody.
            client.get(HOME, params={"token": TOKEN, "as": name}, follow_redirects=False)
            client.post("/language", data={"language": "en"}, follow_redirects=False)
        yield client


@pytest.fixture
def editor(workspace):
    with visiting(workspace) as client:
        yield client


@pytest.fixture
def stranger(workspace):
    with visiting(workspace, None, follow_redirects=False) as client:
        yield client


class Elements(html.parser.HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append({"tag": tag, **{name: value or "" for name, value in attrs}})


def elements(response, attribute):
    """The elements of a page that carry *attribute*."""
    return [one for one in Elements(response.text).found if attribute in one]


def rows(response):
    """Each candidate's row, by its id."""
    return {one["data-candidate"]: one for one in elements(response, "data-candidate")}
