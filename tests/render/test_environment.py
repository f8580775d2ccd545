"""The owner's templates before ours, one file at a time."""

from __future__ import annotations

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
