from __future__ import annotations

import csv
import io

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import ParseError
from weekly.store.subscribers import Subscriber
from weekly.subscribers.addresses import address, clean_name, subscriber
from weekly.subscribers.table import LARGEST, BadRow, read_csv, write_csv


@pytest.fixture
def read(tmp_path):
    def write_and_read(data):
        path = tmp_path / "readers.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        rows = list(read_csv(path))
        return [one for one in rows if not isinstance(one, BadRow)], [one for one in rows if isinstance(one, BadRow)]

    return write_and_read


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_spreadsheets_csv_is_read(read, mark, delimiter, end):
    rows = [["Email", "Name", "topics", "language", "status"], ["a@example.org", "Ada", "agents 3d", "ZH", "Paused"]]
    (one,), faults = read(mark + end.join(delimiter.join(row) for row in rows) + end)
    assert (one.email, one.name, one.topics, one.language, one.status) == (
        *("a@example.org", "Ada", ("agents", "3d"), "zh", "paused"),
    )
    assert faults == []


def test_bad_rows_are_named_by_their_lines_and_the_good_ones_kept(read):
    text = "email,status,language\na@example.org,,\nnot an address,,\nb@example.org,never,\n\nc@example.org,,xx\nd@example.org,,\n"
    good, bad = read(text)
    assert [one.email for one in good] == ["a@example.org", "d@example.org"]
    assert [(one.line, one.message.split(":")[0].split(" ")[0]) for one in bad] == [
        *((3, "'not"), (4, "status"), (6, "language")),
    ]


def test_a_quotation_mark_that_is_never_closed_spoils_its_own_row_only(read):
    good, _ = read('email,name\na@example.org,"Ada\nb@example.org,Bob\n' + "c@example.org,\0\nd@example.org,D\n")
    assert {"b@example.org", "d@example.org"} <= {one.email for one in good}


def test_a_line_without_end_is_one_bad_row(read):
    good, bad = read("email,name\n" + "x" * 300_000 + "\nb@example.org,Bob\n")
    assert [one.email for one in good] == ["b@example.org"]
    assert bad


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"name,mail address\n", "no column called email"),
        (b"", "no column called email"),
        ("email\nä@example.org\n".encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_is_no_list_of_readers_is_said(read, data, reason):
    with pytest.raises(ParseError, match=reason):
        read(data)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(ParseError, match="cannot be read"):
        list(read_csv(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" Ada.L+x@EXAMPLE.org ", "Ada.L+x@example.org"),
        ("ada@xn--mnchen-3ya.example", "ada@münchen.example"),
        ("用户@例子.广告", "用户@例子.广告"),
    ],
)
def test_addresses_are_normalised(written, normal):
    assert address(written) == normal


@pytest.mark.parametrize(
    "text",
    ["", "a", "a@", "@b.org", "a b@c.org", "a@b", "a@b.org\nBcc: x@y.org", "a\r@b.org", "a@b.org,c@d.org", "a" * 5000],
)
def test_what_is_no_address_is_refused_on_one_line(text):
    with pytest.raises(ParseError) as refused:
        address(text)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


parts = st.sampled_from(
    ["a", "B1", ".", "-", "_", "+", "@", "example", ".org", ".test", "xn--", "--", "é", " ", "x" * 64, "\n"]
)


@given(st.lists(parts, max_size=8).map("".join))
def test_a_list_of_known_domains_is_judged_as_the_library_judges_each_address(text):
    def judged(of):
        try:
            return of(text)
        except (ParseError, EmailNotValidError):
            return None

    def library(one):
        return validate_email(one.strip(), check_deliverability=False, test_environment=True).normalized

    assert judged(address) == judged(library)


EVIL = ["=1+1@example.org", "+1@example.org", "-a@example.org", "'=a@example.org", "''a@example.org", "a@example.org"]
names = st.text(alphabet="=+-@'＝＋－＠ ,;\"\tab汉", max_size=6).map(clean_name)
lists = st.lists(
    st.builds(Subscriber, email=st.sampled_from(EVIL), name=names, topics=st.sampled_from([(), ("=3d", "agents")]))
)


def written(readers):
    out = io.StringIO(newline="")
    write_csv(out, readers)
    return out.getvalue()


@given(lists)
def test_an_exported_list_holds_no_formula_and_comes_back_as_it_was(tmp_path_factory, readers):
    text = written(readers)
    for row in csv.reader(io.StringIO(text)):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"))]
    path = tmp_path_factory.getbasetemp() / "exported.csv"
    path.write_text(text, encoding="utf-8")
    assert list(read_csv(path)) == readers


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ParseError, match="split it"):
        list(read_csv(path))


def test_a_name_is_one_line_and_no_formula():
    assert subscriber({"email": "a@example.org", "name": " =cmd|'x'\r\nBcc: y\u202e "}).name == "cmd|'x' Bcc: y"
