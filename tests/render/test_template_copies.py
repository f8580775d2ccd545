"""A copied template is its owner's; what the package changes afterwards is said and shown."""

from __future__ import annotations

import pytest

from weekly.errors import BrokenTemplate, WorkspaceError
from weekly.render.environment import PACKAGED, environment
from weekly.render.template_copies import ORIGIN, CopyState, copies, copy_template

NAME = "digest/summary.zh.md.j2"


def states(folder):
    return {copy.name: copy.state for copy in copies(folder)}


def test_a_copy_is_the_packages_and_current_however_it_is_edited(tmp_path):
    place = copy_template(tmp_path, NAME)
    assert place.read_bytes() == (PACKAGED / NAME).read_bytes()
    assert states(tmp_path) == {NAME: CopyState.CURRENT}
    place.write_text("mine")
    assert states(tmp_path) == {NAME: CopyState.CURRENT}


def test_what_the_package_changed_since_is_shown_apart_from_what_the_owner_did(tmp_path):
    place = copy_template(tmp_path, NAME)
    place.write_text("mine")
    origin = tmp_path / ORIGIN / NAME
    origin.write_text("what an earlier version had\n" + origin.read_text(encoding="utf-8"), encoding="utf-8")
    (copy,) = copies(tmp_path)
    assert copy.state is CopyState.BEHIND
    changed = [line for line in copy.diff.splitlines() if line[0] in "+-" and line[:3] not in {"+++", "---"}]
    assert changed == ["-what an earlier version had"]
    copy_template(tmp_path, NAME, keep=True)
    assert states(tmp_path) == {NAME: CopyState.CURRENT}
    assert place.read_text() == "mine"


def test_copies_of_old_workspaces_and_names_that_are_gone_are_told_apart(tmp_path):
    (tmp_path / "digest").mkdir()
    (tmp_path / NAME).write_bytes((PACKAGED / NAME).read_bytes())
    (tmp_path / "digest" / "card.md.j2").write_text("mine")
    (tmp_path / "digest" / "gone.md.j2").write_text("mine")
    assert states(tmp_path) == {
        "digest/card.md.j2": CopyState.UNSTAMPED,
        "digest/gone.md.j2": CopyState.UNKNOWN,
        NAME: CopyState.NEEDLESS,
    }


@pytest.mark.parametrize(
    "name", ["digest/isue.md.j2", "../pyproject.toml", "/etc/passwd", "digest/../digest/card.md.j2"]
)
def test_only_templates_of_the_package_are_copied(tmp_path, name):
    with pytest.raises(WorkspaceError, match="no template"):
        copy_template(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_copy_is_never_overwritten(tmp_path):
    copy_template(tmp_path, NAME).write_text("mine")
    with pytest.raises(WorkspaceError, match="delete it first"):
        copy_template(tmp_path, NAME)
    assert (tmp_path / NAME).read_text() == "mine"


@pytest.mark.parametrize(
    ("text", "fault"),
    [("one\n{{ cards }}", "line 2: 'cards' is undefined"), ("one\n\n{% if %}", "line 3: Expected an expression")],
)
def test_an_error_in_a_template_names_its_file_its_line_and_the_mend(tmp_path, text, fault):
    (tmp_path / "digest").mkdir()
    (tmp_path / NAME).write_text(text)
    with pytest.raises(BrokenTemplate) as error:
        environment([tmp_path]).get_template(NAME).render()
    assert str(error.value).startswith(f"{tmp_path / NAME}, {fault}")
    assert "weekly templates diff" in str(error.value)
    assert len(str(error.value).splitlines()) == 1
