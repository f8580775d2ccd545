"""What is seen of a work at a glance, each sign in words."""

from __future__ import annotations

import pytest

from tests.classify.works import entry
from weekly.learning.selection import single_entry_work
from weekly.select.signs import signs


def seen(title="A title", text="", **more):
    return {sign.name: sign for sign in signs(single_entry_work(entry(title, text, **more)))}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Code: https://github.com/a/b", "code"),
        ("at GitLab.com/a", "code"),
        ("Models on HuggingFace.co/a", "hub"),
        ("See https://uno.github.io", "page"),
        ("our project page", "page"),
        ("the project website", "page"),
        ("See https://x.org", "link"),
        ("at uno.github.io", "link"),
        ("this https URL", "link"),
        ("We release the data.", "released"),
        ("Open-sourced soon.", "released"),
        ("publicly available", "released"),
        ("The code is here.", "released"),
        ("will be made available", "released"),
        ("A new benchmark.", "benchmark"),
        ("improves by 12.5% and is 3x faster", "figures"),
    ],
)
def test_what_an_abstract_says_is_seen(text, name):
    assert name in seen(text=text)
    assert seen(text=text)[name].reason


@pytest.mark.parametrize("text", ["digit", "pages of a site", "sourcing", "100 people"])
def test_what_only_looks_alike_is_not_seen(text):
    assert not seen(text=text).keys() & {"code", "hub", "link", "released", "figures"}


def test_links_and_comments_count_as_well_as_the_abstract():
    assert "code" in seen(links=("https://github.com/a/b",))
    assert "page" in seen(comment="Project page: x")
    assert seen(comment="Accepted to CVPR 2025")["venue"].reason == "CVPR in the comment"
    assert "venue" not in seen(comment="ACLs and CHIps")


def test_a_title_tells_its_form():
    assert seen("UNO: a customizer")["named"].reason == "has a name: UNO"
    assert "named" not in seen("How to make a thing: a customizer")
    assert "question" in seen("Is it so?")
    assert not seen("plain").keys() & {"colon", "named", "question"}


def test_people_and_categories_are_seen():
    assert seen(authors=("A", "B", "C"))["many authors"].reason == "3 authors"
    assert "many authors" not in seen(authors=("A", "et al."))
    assert {"in cs.CV", "first in cs.CV", "in cs.LG"} <= seen(categories=("cs.CV", "cs.LG")).keys()
    assert "first in cs.LG" not in seen(categories=("cs.CV", "cs.LG"))


def test_long_texts_are_looked_at_only_so_far():
    assert seen(text="x " * 20_000 + "https://github.com/a/b").keys() == seen(text="x " * 20_000).keys()
