from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weekly import jsonl
from weekly.errors import ParseError, WorkspaceError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("name", ["lines.jsonl", "lines.jsonl.gz"])
@given(rows=st.lists(st.dictionaries(TEXTS, TEXTS | st.integers() | st.none())))
def test_what_was_written_is_read_back_each_object_with_its_place(tmp_path_factory, name, rows):
    path = tmp_path_factory.mktemp("lines") / name
    assert jsonl.write(path, rows) == len(rows)
    assert list(jsonl.read(path)) == [(f"{path}:{number}", row) for number, row in enumerate(rows, 1)]


def test_the_same_rows_give_the_same_bytes_compressed_too(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        jsonl.write(tmp_path / name / "x.gz", [{"title": "图"}] * 3)
    assert (tmp_path / "a" / "x.gz").read_bytes() == (tmp_path / "b" / "x.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a" / "x.gz").read_bytes()).decode() == '{"title": "图"}\n' * 3


def test_a_line_is_named_by_its_number_in_the_file_blank_ones_counted(tmp_path):
    (tmp_path / "a").write_text('{"a": 1}\n\n  \n{"b": 2}\n[]\n')
    lines = jsonl.read(tmp_path / "a")
    assert [next(lines)[0].rpartition(":")[2] for _ in range(2)] == ["1", "4"]
    with pytest.raises(ParseError, match="a:5: not a JSON object"):
        next(lines)


@pytest.mark.parametrize(
    "content", [b"plain", gzip.compress(b"{}\n" * 99, mtime=0)[:-12], b"\x1f\x8b\x08" + b"\xff" * 40]
)
def test_what_is_not_whole_or_not_compressed_is_one_clear_line(tmp_path, content):
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(ParseError, match=r"a\.gz: cannot be read: "):
        list(jsonl.read(tmp_path / "a.gz"))


def test_rows_that_fail_leave_the_file_as_it_was(tmp_path):
    (tmp_path / "a").write_text("before")
    with pytest.raises(ZeroDivisionError):
        jsonl.write(tmp_path / "a", ({"a": 1 // number} for number in (1, 0)))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "before")]


def test_a_folder_that_is_not_there_is_not_made_for_a_slip_of_the_pen(tmp_path):
    with pytest.raises(WorkspaceError, match="there is no folder"):
        jsonl.write(tmp_path / "no" / "a", [])
