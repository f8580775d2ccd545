"""Evergreen pages are looked over, and only what is named is changed."""

from __future__ import annotations

import sys
from contextlib import suppress

import pytest

from tests.formats.corpus import texts
from weekly.errors import ParseError
from weekly.formats.hygiene import check_collection, check_handbook, mend

COLLECTION = """\
# T

## 目录

1. [A](#a)
2. [B](#bb)
3. [Nowhere](#nowhere)

## A

#### 简介
a

- [论文](https://arxiv.org/abs/2504.00001v1)

## B

#### 简介
b

## 2. A again

#### 简介
a

- [pdf](https://arxiv.org/pdf/2504.00001)

## A

#### 简介
another of the name

- [code](https://github.com/x/a)
"""
HANDBOOK = """\
# 目录

- [1. 介绍一下A](#q-001)
- [2. 介绍一下B](#q-001)
- [3. 介绍一下C](#gone)

<h2 id="q-001">1. 介绍一下A</h2>

a

<h2 id='q-001'>2. 介绍一下B</h2>

b

<h2 id="q-003">3. 介绍一下C</h2>

c

<h2 id="q-004">4. 介绍一下 A</h2>

a
"""


def found(faults):
    return [(fault.line, fault.kind, bool(fault.changes)) for fault in faults]


def test_what_is_wrong_with_a_collection():
    faults = check_collection(COLLECTION)
    assert found(faults) == [
        (6, "dead-anchor", True),
        (7, "dead-anchor", False),
        (16, "no-links", False),
        (21, "work-twice", False),
    ]
    assert mend(COLLECTION, faults) == COLLECTION.replace("#bb", "#b")


def test_what_is_wrong_with_a_handbook():
    faults = check_handbook(HANDBOOK)
    assert found(faults) == [
        (5, "dead-anchor", True),
        (11, "duplicate-id", True),
        (19, "work-twice", False),
    ]
    mended = mend(HANDBOOK, faults)
    assert mended == (
        HANDBOOK.replace("#gone", "#q-003")
        .replace("[2. 介绍一下B](#q-001)", "[2. 介绍一下B](#q-001-1)")
        .replace("id='q-001'", 'id="q-001-1"')
    )
    assert found(check_handbook(mended)) == [(19, "work-twice", False)]


@pytest.mark.parametrize(("name", "check"), [("collection", check_collection), ("handbook", check_handbook)])
def test_a_mended_page_differs_in_the_lines_of_its_faults_alone_and_has_no_fault_left_that_was_mended(name, check):
    for place, text in texts(name).items():
        faults = check(text)
        mended = mend(text, faults)
        before, after = text.split("\n"), mended.split("\n")
        lines = {change.line for fault in faults for change in fault.changes}
        assert len(before) == len(after), place
        assert {at for at, (old, new) in enumerate(zip(before, after, strict=True), 1) if old != new} == lines, place
        left = check(mended)
        assert not [fault for fault in left if fault.changes], place
        assert len(left) == sum(not fault.changes for fault in faults), place
        assert mend(mended, left) == mended


def test_a_clean_page_stays():
    clean = HANDBOOK.split("- [2.", maxsplit=1)[0] + '\n<h2 id="q-001">1. 介绍一下A</h2>\n\na\n'
    assert check_handbook(clean) == []
    assert mend(clean, []) == clean


def work(check, text):
    """How many calls of functions it takes to look a page over."""
    calls = 0

    def count(_frame, event, _argument):
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        with suppress(ParseError):
            check(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("check", [check_collection, check_handbook])
@pytest.mark.parametrize(
    "piece",
    [
        "## a\n\n#### 简介\n",
        "## a{}\n\n#### 简介\n- http://arxiv.org/abs/2504.0000{}\n\n",
        '<h2 id="a">{}</h2>\n',
        '<h2 id="a">1. a</h2>\n',
        "- [a](#b{})\n",
        "- [{}](#a)\n",
    ],
)
def test_a_page_of_many_alike_costs_no_more_than_its_length(check, piece):
    page = "# 目录\n\n- [a](#a)\n\n## A\n\n#### 简介\na\n\n" + '<h2 id="a">1. a</h2>\n\n'
    half, whole = (
        work(check, page.replace("- [a](#a)\n", lines) if piece.startswith("- ") else page + lines)
        for lines in ("".join(piece.format(at, at) for at in range(count)) for count in (150, 300))
    )
    assert whole < 2.2 * half
