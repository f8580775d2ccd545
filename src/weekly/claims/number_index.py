"""Which sentences of the sources hold a number, under another spelling or rounded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from weekly.claims.numbers import Number, held
from weekly.claims.units import ANY, COUNT, TIMES

_ROUNDED = Decimal("0.03")
"""The share of itself by which rounding may change a number: 74.8 to 75 and 29,870 to 30,000, never 67 to 70."""
_UNSAID = Decimal("0.005")
"""The same where nothing says that it is rounded: 95 for 95.04."""
_YEARS = range(1900, 2101)


class NumberIndex:
    """The numbers of sentences, each with the sentences that it stands in."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._places: dict[Decimal, list[tuple[str, int]]] = {}
        self._between: dict[tuple[str, str], set[Decimal]] = {}
        for at, sentence in enumerate(sentences):
            for number in held(sentence):
                for value in number.values:
                    self._places.setdefault(value, []).append((number.unit, at))
                    if number.before:
                        self._between.setdefault((number.before, number.after), set()).add(value)

    def find(self, number: Number) -> frozenset[int] | None:
        """The sentences that hold *number*; None when no source does."""
        there = self._between.get((number.before, number.after))
        if there is not None and there.isdisjoint(number.values):
            return self._rounded(number, there)  # the same words stand around another number
        exact = {at for value in number.values for unit, at in self._places.get(value, ()) if _agree(number.unit, unit)}
        return frozenset(exact) or self._rounded(number, self._places)

    def _rounded(self, number: Number, among: Iterable[Decimal]) -> frozenset[int] | None:
        close = [exact for exact in among if any(rounds(exact, value, number.bound) for value in number.values)]
        return frozenset(at for value in close for unit, at in self._places[value] if _agree(number.unit, unit)) or None


def _agree(stated: str, held: str) -> bool:
    """Whether a number with one unit may be the same number with the other; what says no unit agrees with any."""
    return ANY in (stated, held) or stated == held or {stated, held} == {COUNT, TIMES}


def rounds(exact: Decimal, value: Decimal, bound: str) -> bool:
    """Whether *value* is *exact* with fewer digits: about 75 for 74.8, 30000 for 29,870; never 4 for 3.7."""
    if exact == value or not exact or not value:
        return False
    if (value > exact) if bound in ("below", "rest") else (bound == "above" and value < exact):
        return False
    digits, share = value.as_tuple().digits, abs(exact - value) / abs(exact)
    if (len(digits) < 2 and value < 10 and share > _UNSAID) or len(digits) >= len(exact.as_tuple().digits):  # noqa: PLR2004
        return False
    if exact in _YEARS and value in _YEARS:
        return False
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    if bound == "rest":
        return exact - value < step
    reach = step if bound in ("below", "above") else step / 2
    return abs(exact - value) <= reach and share <= (_ROUNDED if bound else _UNSAID)
