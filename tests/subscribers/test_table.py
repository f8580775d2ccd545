from __future__ import annotations

import csv
import io
import re

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from weekly.errors import ParseError
from weekly.store.subscribers import Subscriber
from weekly.store.suppressions import Reason
from weekly.subscribers.addresses import address, clean_name, listed_address, subscriber
from weekly.subscribers.columns import Standing
from weekly.subscribers.table import LARGEST, BadRow, UnconfirmedRow, read_columns, read_csv, write_csv


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


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "gbk", "gb18030"])
def test_a_list_is_read_in_the_charsets_that_spreadsheets_write(read, charset):
    (lei,), faults = read("邮箱,姓名\nlei@example.org,李雷\n".encode(charset))
    assert (lei.email, lei.name, faults) == ("lei@example.org", "李雷", [])


def test_a_line_break_in_quotation_marks_begins_no_row(read):
    good, bad = read('email,notes\na@example.org,"please see\nmallory@example.com,x"\nc@example.org,"a ""b"""\n')
    assert ([one.email for one in good], bad) == (["a@example.org", "c@example.org"], [])


@pytest.mark.parametrize(
    ("header", "cell", "reason"),
    [
        ("status", "Cleaned", Reason.BOUNCE),
        ("Status", "Unsubscribed", Reason.UNSUBSCRIBED),
        ("subscription_status", "opted-out", Reason.UNSUBSCRIBED),
        ("状态", "黑名单", Reason.OWNER),
        ("status", "Marked as spam", Reason.COMPLAINT),
        ("unsubscribed_at", "2024-01-01 10:00", Reason.UNSUBSCRIBED),
        ("UNSUB_TIME", "2024-01-01", Reason.UNSUBSCRIBED),
        ("Email disabled", "TRUE", Reason.UNSUBSCRIBED),
        ("accepts_marketing", "no", Reason.UNSUBSCRIBED),
        ("已退订", "是", Reason.UNSUBSCRIBED),
        ("bounced", "1", Reason.BOUNCE),
    ],
)
def test_who_left_elsewhere_gets_no_mail_here_whatever_the_column_is_called(read, header, cell, reason):
    (gone, here), _ = read(f"email,{header}\na@example.org,{cell}\nb@example.org,{NOT_SAID.get(header, '')}\n")
    assert (gone.stopped_for, here.stopped_for, here.status) == (reason, None, "active")


NOT_SAID = {"Email disabled": "false", "accepts_marketing": "yes", "已退订": "否", "bounced": "0"}


def test_a_row_of_somebody_who_left_is_not_lost_for_another_fault_in_it(read):
    (gone,), bad = read("email,status,language\na@example.org,unsubscribed,klingon\n")
    assert (gone.status, bad) == ("unsubscribed", [])


def test_who_never_confirmed_stays_out(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("email,status\na@example.org,pending\n")
    assert list(read_csv(path)) == [UnconfirmedRow(2)]


def test_a_status_that_nobody_knows_is_asked_about(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("email,status\na@example.org,Lapsed\n")
    (bad,) = read_csv(path)
    assert "--status 'Lapsed=active'" in bad.message
    (gone,) = read_csv(path, {"lapsed": Standing.UNSUBSCRIBED})
    assert gone.status == "unsubscribed"


LEFT = {"out@x.org", "un@x.org", "u@x.org", "mallory@evil.org"}
OTHERS = {"sendy": {"b@x.org"}, "status_case": {"b@x.org", "c@x.org"}}


def test_exports_of_other_tools_bring_the_right_people(shared):
    files = sorted((shared / "cases" / "readers").glob("*.csv"))
    assert files
    for path in files:
        rows = [row for row in read_csv(path) if isinstance(row, Subscriber)]
        live = {row.email for row in rows if row.status == "active"}
        written = set(
            re.findall(r"[\w.+-]+@[\w-]+\.org\b", path.read_bytes().replace(b"\0", b"").decode("ascii", "replace"))
        )
        assert live == written - LEFT - OTHERS.get(path.stem, set()), path.name


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
        (b"name,address\n", "no column called email"),
        (b"name,email status,email count\n", "no column called email"),
        (b"", "no column called email"),
        (b"email\n\xff\xff@example.org\n", "neither UTF-8"),
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


@pytest.mark.parametrize(
    ("cell", "name", "email"),
    [
        ("<a@example.org>", "", "a@example.org"),
        ("mailto:a@example.org?subject=x", "", "a@example.org"),
        ('"Ada L." <a@example.org>', "Ada L.", "a@example.org"),
        (" a@example.org\u200b.", "", "a@example.org"),
    ],
)
def test_an_address_is_found_in_what_mail_programs_copy(cell, name, email):
    assert listed_address(cell) == (name, email)


@pytest.mark.parametrize(
    ("cell", "emails"),
    [
        ("a@example.org;b@example.org", "ab"),
        ("a@example.org, b@example.org", "ab"),
        ("a@example.org b@example.org", "ab"),
        ("a@example.org/b@example.org", "ab"),
        ("a@example.org、b@example.org；c@example.org", "abc"),
        ('"Lovelace, Ada" <a@example.org>; Bob <b@example.org>', "ab"),
        ("a@example.org ::: b@example.org", "a"),
    ],
)
def test_two_addresses_in_a_cell_are_two_people_and_of_one_person_the_first(tmp_path, cell, emails):
    quoted = cell.replace('"', '""')
    (tmp_path / "list.csv").write_text(f'name,email\nThey,"{quoted}"\n')
    found = list(read_csv(tmp_path / "list.csv"))
    assert [row.email for row in found] == [f"{name}@example.org" for name in emails]
    assert "They" not in {row.name for row in found[1:]}


def test_one_of_two_addresses_that_is_none_is_named_and_the_other_kept(tmp_path):
    (tmp_path / "list.csv").write_text('email\n"a@example.org; b@@example"\n')
    good, bad = read_csv(tmp_path / "list.csv")
    assert (good.email, bad.line) == ("a@example.org", 2)


TWO = "Name,E-mail 1 - Value,E-mail 2 - Value,Unsubscribed\n"


def test_of_a_person_with_two_columns_of_mail_the_first_gets_it_and_both_leave(tmp_path):
    rows = "Ada,a@example.org,b@example.org,\nBob,,c@example.org,\nEve,d@example.org,e@example.org,yes\n"
    (tmp_path / "list.csv").write_text(TWO + rows)
    found = {row.email[0]: row.status.value for row in read_csv(tmp_path / "list.csv")}
    assert found == {"a": "active", "c": "active", "d": "unsubscribed", "e": "unsubscribed"}
    assert read_columns(tmp_path / "list.csv").ignored == ()


@pytest.mark.parametrize("cell", ["a <b> <c@example.org>", "a@example.org@example.org"])
def test_what_may_be_two_addresses_or_none_is_refused(cell):
    with pytest.raises(ParseError):
        listed_address(cell)


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
