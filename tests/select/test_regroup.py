"""What an editor put together or took apart by hand, done again to works that were clustered anew."""

from __future__ import annotations

import pytest

from tests.drafting.works import paper
from weekly.models import Entry, Work
from weekly.select.identity import keys, preferred_key
from weekly.select.regroup import Regrouping, parted, regrouped


def work(*entries: Entry) -> Work:
    every = frozenset[str]().union(*map(keys, entries))
    return Work(id=preferred_key(every), keys=every, entries=entries)


FIRST = paper()
OTHER = paper(key="2504.00001", url="https://arxiv.org/abs/2504.00001", title="Another Work Altogether")
POST = paper(source="feed", key="p", url="https://a.example/post", title="A Post about Something Else", comment="")


def test_what_was_put_together_is_put_together_again_and_taken_apart_again():
    one, two = work(FIRST), work(OTHER)
    (both,) = regrouped([one, two], [Regrouping(work=one.id, other=two.id)])
    assert both.keys == one.keys | two.keys
    apart = Regrouping(work=one.id, entry=(OTHER.source, OTHER.key))
    again = regrouped([one, two], [Regrouping(work=one.id, other=two.id), apart])
    assert {each.keys for each in again} == {one.keys, two.keys}


@pytest.mark.parametrize(
    "decision",
    [
        Regrouping(work="gone", other="gone too"),
        Regrouping(work=work(FIRST).id, other="gone"),
        Regrouping(work=work(FIRST).id, entry=("feed", "nowhere")),
    ],
)
def test_what_is_not_there_any_more_changes_nothing(decision):
    assert regrouped([work(FIRST)], [decision]) == (work(FIRST),)


def test_an_entry_that_is_the_same_thing_by_its_identity_stays():
    again = paper(source="huggingface", url="https://arxiv.org/abs/2504.06263v2")
    assert parted(work(FIRST, again), again.source, again.key) is None
    assert parted(work(FIRST, POST), POST.source, POST.key) is not None
