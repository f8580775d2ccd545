"""Faults put into cards: each takes a card's text and its source, and gives the text with one fault."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random

Plant = Callable[[str, str, Random], str | None]

_NUMBER = re.compile(r"(?<![A-Za-z\d.,_-])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d,]*[A-Za-z\d)）])")
_TABLES = tomllib.loads((Path(__file__).parent / "planted.toml").read_text(encoding="utf-8"))
_NAMES = {kind: names.split() for kind, names in _TABLES["names"].items()}


def one_digit(text: str, source: str, chance: Random) -> str | None:
    """One digit of a number is another, and the source does not have that number."""
    matches = list(_NUMBER.finditer(text))
    chance.shuffle(matches)
    for match in matches:
        for _ in range(8):
            at = chance.choice([at for at, sign in enumerate(match[0]) if sign.isdigit()])
            wrong = match[0][:at] + chance.choice("123456789") + match[0][at + 1 :]
            if wrong != match[0] and not re.search(rf"(?<![\d.]){re.escape(wrong)}(?![\d])", source):
                return text[: match.start()] + wrong + text[match.end() :]
    return None


def _foreign(names: list[str], source: str, chance: Random) -> str | None:
    absent = [name for name in names if re.sub(r"\W|\d.*$", "", name).lower() not in re.sub(r"\W", "", source).lower()]
    return chance.choice(absent) if absent else None


def _sentence(names: list[str], *frames: str) -> Plant:
    """A sentence about a name that the source does not have, at the end of the text."""

    def plant(text: str, source: str, chance: Random) -> str | None:
        name = _foreign(names, source, chance)
        return None if name is None else f"{text}\n{chance.choice(frames).format(name)}"

    return plant


def _without(held: str, *sentences: str) -> Plant:
    """One of *sentences*, where the source says nothing like *held*."""

    def plant(text: str, source: str, chance: Random) -> str | None:
        return None if re.search(held, source, re.IGNORECASE) else f"{text}\n{chance.choice(sentences)}"

    return plant


def replaced_name(text: str, source: str, chance: Random) -> str | None:
    """A name of the text is the name of something else."""
    own = [one for one in re.findall(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z0-9.-]{3,}(?![A-Za-z0-9-])", text) if one in source]
    wrong = _foreign(_NAMES["data_sets"] + _NAMES["baselines"], source, chance)
    return text.replace(chance.choice(own), wrong, 1) if own and wrong else None


_WORDS = "零一二三四五六七八九"


def _spoken(number: int) -> str:
    """A number below 100 million in Chinese, written by places."""
    if number >= 10_000:
        rest = number % 10_000
        return _spoken(number // 10_000) + "万" + ("" if not rest else ("零" if rest < 1000 else "") + _spoken(rest))
    out, gap = "", False
    for scale, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            out += ("零" if gap and out else "") + _WORDS[digit] + sign
        gap = not digit
    return out.replace("一十", "十", 1) if out.startswith("一十") else out


def numeral(text: str, source: str, chance: Random) -> str | None:
    """A number in Chinese characters that the source does not have."""
    for _ in range(20):
        number = chance.choice(
            [chance.randrange(12, 99), chance.randrange(101, 9999), chance.randrange(10_001, 9_999_999)]
        )
        if str(number) not in re.sub(r"[,\s]", "", source):
            break
    frames = ["使用{}张图像进行训练。", "覆盖{}种语言。", "共有{}个样本。", "参数量为{}亿。"]
    return f"{text}\n{chance.choice(frames).format(_spoken(number))}"


def share(text: str, source: str, chance: Random) -> str | None:
    """A share in Chinese characters that the source does not have."""
    number = chance.randrange(11, 99)
    forms = [(f"百分之{_spoken(number)}", str(number))]
    tenths = chance.randrange(1, 10)
    forms += [
        (f"{_WORDS[tenths]}成", f"{tenths}0"),
        ("一半", "50|half|halv"),
        ("四分之三", "75|quarter"),
        ("三分之二", "66|67|third"),
    ]
    words, figures = chance.choice(forms)
    if re.search(rf"(?<!\d)(?:{figures})(?!\d)", source, re.IGNORECASE):
        return None
    return (
        f"{text}\n{chance.choice(['错误率下降{}。', '成本减少{}。', '准确率提升{}。', '仅用{}的数据。']).format(words)}"
    )


_TURNS = _TABLES["opposites"]
_TURN = re.compile("|".join(_TURNS))
_LIKE = re.compile(r"(?<![A-Za-z\d.,_-])\d+(?:\.\d+)?(?:%|倍|[万亿]|个百分点)?(?![\d,]*[A-Za-z\d)）])")
_NAME = re.compile(r"(?<![A-Za-z0-9-])[A-Z][A-Za-z0-9.]*(?:-[A-Za-z0-9.]+)*[A-Za-z0-9](?![A-Za-z0-9-])")


def turned(text: str, _: str, chance: Random) -> str | None:
    """A direction is the opposite one, beside a number where there is one."""
    matches = list(_TURN.finditer(text))
    near = [match for match in matches if re.search(r"\d", text[max(0, match.start() - 12) : match.end() + 12])]
    if not matches:
        return None
    match = chance.choice(near or matches)
    return text[: match.start()] + _TURNS[match[0]] + text[match.end() :]


def _swapped(rule: re.Pattern[str], alike: Callable[[str, str], bool]) -> Plant:
    """Two different matches of *rule* in one sentence stand in each other's place."""

    def plant(text: str, source: str, chance: Random) -> str | None:
        pairs = []
        for sentence in re.finditer(r"[^。\n]+", text):
            here = list(rule.finditer(text, *sentence.span()))
            pairs += [(a, b) for a, b in combinations(here, 2) if a[0] != b[0] and alike(a[0], b[0])]
        pairs = [(a, b) for a, b in pairs if all(re.search(r"[\d.]+|.+", one[0])[0] in source for one in (a, b))]  # type: ignore[index]
        if not pairs:
            return None
        first, second = chance.choice(pairs)
        return text[: first.start()] + second[0] + text[first.end() : second.start()] + first[0] + text[second.end() :]

    return plant


def _same_unit(one: str, other: str) -> bool:
    return re.sub(r"[\d.]", "", one) == re.sub(r"[\d.]", "", other)


def _unrelated(one: str, other: str) -> bool:
    return one.lower() not in other.lower() and other.lower() not in one.lower()


PLANTS: dict[str, Plant] = {
    "one digit": one_digit,
    "replaced name": replaced_name,
    "百分之, 三成, 一半": share,
    "Chinese numerals": numeral,
    **{name: _sentence(_NAMES[row["names"]], *row["frames"]) for name, row in _TABLES["sentences"].items()},
    **{name: _without(row["held"], *row["sentences"]) for name, row in _TABLES["without"].items()},
}
"""Faults that block."""

DOUBTS: dict[str, Plant] = {
    "direction reversed": turned,
    "numbers swapped": _swapped(_LIKE, _same_unit),
    "names swapped": _swapped(_NAME, _unrelated),
}
"""Faults that warn."""
