"""What was left out is remembered for as long as it could come back as news."""

from __future__ import annotations

from datetime import timedelta

from tests.wire_formats import NOW
from weekly.models import LeftOut, Omission


def one(key, omission=Omission.UNUSABLE, reason="no address"):
    return LeftOut(source="feed:x", key=key, omission=omission, reason=reason, url=f"https://x.example/{key}")


def test_the_last_word_about_it_stands(store):
    with store.write() as tx:
        tx.left_out.add([one("a"), one("a", reason="no title")], NOW)
        tx.left_out.add([one("a", Omission.OLDER, "of 2019")], NOW + timedelta(days=1))
        assert tx.left_out.remembered("feed:x", (), 9) == [one("a", Omission.OLDER, "of 2019")]
        assert tx.left_out.remembered("feed:y", {"a"}, 9) == []


def test_what_is_asked_for_by_key_is_remembered_however_much_came_later(store):
    with store.write() as tx:
        tx.left_out.add([one("old")], NOW)
        tx.left_out.add([one(str(number)) for number in range(5)], NOW + timedelta(days=1))
        assert len(tx.left_out.remembered("feed:x", {"old"}, 3)) == 4


def test_it_is_found_by_key_and_by_address(store):
    with store.write() as tx:
        tx.left_out.add([one("a"), one("b")], NOW)
        assert [row.key for row in tx.left_out.matches({"a"}, "")] == ["a"]
        assert [row.key for row in tx.left_out.matches(set(), "x.example/b")] == ["b"]


def test_what_is_not_seen_any_more_is_forgotten_what_is_old_much_later(store):
    with store.write() as tx:
        tx.left_out.add([one("a"), one("b", Omission.OLDER)], NOW)
        tx.left_out.prune(NOW + timedelta(days=46))
        assert [row.key for row in tx.left_out.remembered("feed:x", (), 9)] == ["b"]
        tx.left_out.prune(NOW + timedelta(days=401))
        assert tx.left_out.remembered("feed:x", (), 9) == []
