"""What a card shows of release notes: what changes for whoever uses the project."""

from __future__ import annotations

import pytest

from weekly.drafting.release_notes import POINTS, points


@pytest.mark.parametrize(
    ("line", "point"),
    [
        ("* Fix a crash on empty input by @ada in https://github.com/a/b/pull/1", "Fix a crash on empty input"),
        ("- Support two more models by @ada and @bob-2 in #12", "Support two more models"),
        ("1. Training in FP8 halves memory (#123)", "Training in FP8 halves memory"),
        ("* Add a verbose flag (thanks to Ada, #7) (1a2b3c4d)", "Add a verbose flag"),
        ("1a2b3c4d5e feat(cli): add a verbose flag", "feat(cli): add a verbose flag"),
        ("- 推理速度提升 30%", "推理速度提升 30%"),
        ("It is twice as fast on long inputs.", "It is twice as fast on long inputs."),
    ],
)
def test_a_point_is_what_changed_without_who_and_which_request(line, point):
    assert points(line) == [point]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "## What's Changed",
        "Highlights",
        "亮点",
        "Full Changelog: https://github.com/a/b/compare/v1...v2",
        "* @ada made their first contribution in https://github.com/a/b/pull/1",
        "* Bump actions/checkout from 3 to 4 by @dependabot[bot] in https://github.com/a/b/pull/3",
        "* chore(release): prepare the next version of the package",
        "* docs: say more about the installation of it",
        "Merge branch 'main' of github.com:a/b into dev",
    ],
)
def test_headings_and_what_is_about_the_work_on_it_are_no_points(line):
    assert points(line) == []


def test_the_first_points_are_shown_and_none_twice():
    notes = "\n".join(f"* It can do thing number {number // 2} now" for number in range(20))
    assert points(notes) == [f"It can do thing number {number} now" for number in range(POINTS)]


@pytest.mark.parametrize(
    "text", [" by @a" * 20_000, "(#1)" * 20_000, "1a2b3c4 " * 20_000, "- " * 20_000 + "x", "x" + " " * 20_000 + "y"]
)
def test_notes_made_to_be_slow_are_read_all_the_same(text):
    assert len(points(text)) <= 1
