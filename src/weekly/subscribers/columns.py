"""What the columns of a list mean: those of our own, of other newsletter tools, of address books and of forms.

Mailchimp, Substack, Ghost, Buttondown, beehiiv, listmonk, keila, Sendy, phpList, Google and Outlook contacts, Chinese
form services. A column that nobody knows is ignored, by name; one that says who left is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from weekly.errors import ParseError
from weekly.text import one_line


class Standing(StrEnum):
    """What a list says about somebody, the gravest first."""

    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    UNCONFIRMED = "unconfirmed"
    PAUSED = "paused"
    ACTIVE = "active"


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


_GRAVEST = tuple(Standing)
_MEANINGS = {
    Standing.COMPLAINED: _words("complained, complaint, spam, abuse, marked as spam, spam complaint, 投诉, 已投诉"),
    Standing.UNSUBSCRIBED: _words(
        "unsubscribed, unsubscribe, unsub, opted out, opt out, optout, inactive, removed, left, deleted, archived,"
        " cancelled, canceled, not subscribed, 已退订, 退订, 取消订阅, 已取消订阅, 已取消, 未订阅"
    ),
    Standing.BOUNCED: _words(
        "bounced, bounce, hard bounced, hard bounce, cleaned, undeliverable, unreachable, invalid, 退信, 无效"
    ),
    Standing.SUPPRESSED: _words(
        "suppressed, blocklisted, blacklisted, blocked, disabled, banned, do not email, 黑名单, 禁用, 停用"
    ),
    Standing.UNCONFIRMED: _words(
        "unconfirmed, not confirmed, pending, unactivated, unverified, validating, 未确认, 待确认"
    ),
    Standing.PAUSED: _words("paused, 暂停"),
    Standing.ACTIVE: _words(
        "active, subscribed, enabled, confirmed, regular, premium, paid, free, comped, gifted, trialed, member,"
        " verified, opted in, 已订阅, 订阅, 订阅中, 正常, 有效"
    ),
}
_NO = _words("0, no, n, false, f, off, never, none, null, -, 否, 不, 假, 未")

_EMAIL = _words(
    "email, e mail, mail, email address, e mail address, mail address, e mail 1 value, subscriber email,"
    " 邮箱, 电子邮箱, 邮箱地址, 电子邮件, 电子邮件地址, 邮件地址, 您的邮箱, 你的邮箱"
)
_ANOTHER = re.compile(
    r"(?:e ?mail|邮箱|电子邮件) ?(?:address )?[2-9](?: value| address)?|"
    r"(?:secondary|second|other|another|alternate|alternative|additional|backup|home|work) e ?mail(?: address)?|"
    r"(?:备用|第二|其他)(?:电子)?(?:邮箱|邮件)(?:地址)?"
)
"""Further addresses of the same person."""
_OF_EMAIL = re.compile(r"e ?mail|邮箱|邮件")
_NOT_EMAIL = re.compile(
    r"disabled|status|type|label|count|sent|open|click|verif|confirm|subscri|opt|bounce|domain|valid|newsletter|"
    r"是否|状态|订阅|验证|时间|类型"
)
_NAMES = _words("name, full name, fullname, display name, 姓名, 名字, 名称, 昵称, 您的姓名, 您的名字")
_GIVEN, _FAMILY = _words("first name, firstname, given name, fname"), _words("last name, lastname, family name, lname")
_STATUS = _words(
    "status, state, subscription status, subscriber status, email marketing status, email status, 状态, 订阅状态"
)
_LEFT = {
    Standing.UNSUBSCRIBED: _words(
        "unsubscribed, is unsubscribed, unsubscribed at, unsubscribe date, unsubscribed date, unsub time,"
        " unsubscribe time, opt out, opted out, optout, opt out time, email disabled, email opt out,"
        " has opted out of email, deleted, deleted at, left at, 退订, 已退订, 退订时间, 是否退订"
    ),
    Standing.BOUNCED: _words("bounced, bounced at, hard bounced, is bounced, clean time, cleaned at, 退信"),
    Standing.SUPPRESSED: _words(
        "blacklisted, blocklisted, is blacklisted, suppressed, suppressed at, do not email, do not contact, 黑名单"
    ),
    Standing.COMPLAINED: _words("complained, complaint, complained at, spam, marked as spam, 投诉"),
}
"""Columns that hold a yes, or the time of it, for who left."""
_STAYED = {
    Standing.UNSUBSCRIBED: _words(
        "subscribed, is subscribed, subscribed to emails, opted in, opt in, email opt in, accepts marketing,"
        " accepts email marketing, email permission, 订阅, 是否订阅"
    ),
    Standing.UNCONFIRMED: _words("confirmed, is confirmed, verified, email verified, double opt in, 已确认, 是否确认"),
}
"""Columns that hold a no for who left, or never came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column of a list holds what, by its number."""

    header: tuple[str, ...]
    email: int
    names: tuple[int, ...] = ()
    topics: int | None = None
    language: int | None = None
    status: int | None = None
    left: tuple[tuple[int, Standing], ...] = ()
    stayed: tuple[tuple[int, Standing], ...] = ()
    others: tuple[int, ...] = ()
    """Further addresses of the person, of whom only the first gets mail, and who leaves with all of them."""

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns that are not read, as the list calls them."""
        marks = (number for number, _ in (*self.left, *self.stayed))
        known = {self.email, self.topics, self.language, self.status, *self.names, *self.others, *marks}
        return tuple(name for number, name in enumerate(self.header) if number not in known and name)

    @property
    def meanings(self) -> dict[str, str]:
        """What each column that is read is read as."""
        fields = {"email": self.email, "topics": self.topics, "language": self.language, "status": self.status}
        known = {number: name for name, number in fields.items() if number is not None}
        known |= dict.fromkeys(self.names, "name")
        known |= dict.fromkeys(self.others, "email where there is no other")
        known |= {number: f"{standing} if it says yes" for number, standing in self.left}
        known |= {number: f"{standing} if it says no" for number, standing in self.stayed}
        return {self.header[number]: known[number] for number in sorted(known)}

    def fields(self, cells: Sequence[str]) -> dict[str, str]:
        """The fields of a row that are about the person, by our own names."""

        def cell(number: int | None) -> str:
            return cells[number] if number is not None and number < len(cells) else ""

        parts = [cell(number).strip() for number in self.names]
        between = " " if all(part.isascii() for part in parts) else ""
        name = between.join(part for part in parts if part)
        return {
            "name": name,
            "topics": cell(self.topics),
            "language": cell(self.language),
        }

    def emails(self, cells: Sequence[str]) -> list[str]:
        """The cells that hold addresses, the one that comes first before the others; those without any are left out."""
        found = (cells[number] for number in (self.email, *self.others) if number < len(cells))
        return [cell for cell in found if cell.strip()]

    def standing(self, cells: Sequence[str], words: Mapping[str, Standing]) -> Standing:
        """The gravest that a row says; *words* are meanings that the owner gave. Raises ParseError for others."""
        said = [Standing.ACTIVE]
        if self.status is not None and self.status < len(cells):
            said.append(meaning(cells[self.status], words))
        said += [standing for number, standing in self.left if number < len(cells) and not _is_no(cells[number])]
        said += [
            standing
            for number, standing in self.stayed
            if number < len(cells) and cells[number].strip() and _is_no(cells[number])
        ]
        return min(said, key=_GRAVEST.index)


def meaning(word: str, words: Mapping[str, Standing]) -> Standing:
    """What a status means, by *words* of the owner first; raises ParseError for one that nobody knows."""
    given = plain(word)
    if given in words:
        return words[given]
    if not given:
        return Standing.ACTIVE
    for standing, known in _MEANINGS.items():
        if given in known:
            return standing
    raise ParseError(
        f"status {one_line(word, 40)!r} may mean anything: say what, as in --status '{one_line(word, 40)}=active'"
    )


def read_header(cells: Sequence[str]) -> Columns:
    """The columns that a header line names; raises ParseError when none holds addresses."""
    header = tuple(one_line(cell, 60) for cell in cells)
    called = [plain(cell) for cell in cells]
    email = _first(called, _EMAIL)
    if email is None:
        email = next(
            (at for at, name in enumerate(called) if _OF_EMAIL.search(name) and not _NOT_EMAIL.search(name)), None
        )
    if email is None:
        raise ParseError("no column called email: begin with a line such as email,name,topics,language,status")
    whole, given, family = (_first(called, known) for known in (_NAMES, _GIVEN, _FAMILY))
    status = _first(called, _STATUS)
    if status is None and called[email] == "email address" and "type" in called and {"tags", "notes"} & set(called):
        status = called.index("type")  # as Buttondown has it
    return Columns(
        header=header,
        email=email,
        names=(whole,) if whole is not None else tuple(at for at in (given, family) if at is not None),
        topics=_first(called, _words("topics, 主题")),
        language=_first(called, _words("language, lang, locale, 语言")),
        status=status,
        others=tuple(at for at, name in enumerate(called) if at != email and _ANOTHER.fullmatch(name)),
        left=_marks(called, _LEFT),
        stayed=_marks(called, _STAYED),
    )


def _marks(called: Sequence[str], known: Mapping[Standing, frozenset[str]]) -> tuple[tuple[int, Standing], ...]:
    return tuple((at, standing) for at, name in enumerate(called) for standing, names in known.items() if name in names)


def _first(called: Sequence[str], names: frozenset[str]) -> int | None:
    return next((at for at, name in enumerate(called) if name in names), None)


def plain(text: str) -> str:
    """A header or a status without what tools spell differently: case, dashes, underscores, marks."""
    return re.sub(r"[\s_\-–.:：*?？\ufeff\u200b()（）]+", " ", text).strip().lower()


def _is_no(cell: str) -> bool:
    """Whether a cell denies: empty, a no, or a time that never was."""
    said = cell.strip().lower()
    return not said or said in _NO or said.startswith("0000-00-00")
