"""The owner's templates before ours, one file at a time."""

from __future__ import annotations

import os

from weekly.render.environment import PACKAGED, environment


def test_a_file_of_the_owners_replaces_ours_and_the_others_stay(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "style.css.j2").write_text("mine", encoding="utf-8")
    templates = environment([tmp_path])
    assert templates.get_template("site/style.css.j2").render() == "mine"
    assert templates.get_template("site/issue.html.j2").filename == str(PACKAGED / "site" / "issue.html.j2")


def test_a_file_that_the_owner_adds_or_takes_away_counts_at_once(tmp_path):
    templates = environment([tmp_path])
    ours = templates.get_template("site/style.css.j2").render()
    own = tmp_path / "site" / "style.css.j2"
    own.parent.mkdir()
    own.write_text("mine", encoding="utf-8")
    assert templates.get_template("site/style.css.j2").render() == "mine"
    own.unlink()
    assert templates.get_template("site/style.css.j2").render() == ours


def test_what_one_owner_edits_is_read_again_and_is_nothing_to_another(tmp_path):
    owners = [tmp_path / name for name in ("ada", "bob")]
    for owner in owners:
        (owner / "site").mkdir(parents=True)
        (owner / "site" / "style.css.j2").write_text(f"{owner.name}'s", encoding="utf-8")
    ada, bob = (environment([owner]) for owner in owners)
    style = owners[0] / "site" / "style.css.j2"
    for text in ("first", "second"):
        style.write_text(text, encoding="utf-8")
        os.utime(style, times=(len(text), len(text)))
        assert ada.get_template("site/style.css.j2").render() == text
        assert environment([owners[0]]).get_template("site/style.css.j2").render() == text
        assert bob.get_template("site/style.css.j2").render() == "bob's"
