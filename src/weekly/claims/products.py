"""Products under Chinese names: 文心一言, 通义千问; the table is products.toml, which anybody may extend."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLLOWING = r"(?=\s?(?:大?模型|大语言模型|AI|API|助手|芯片|系列|处理器|[A-Z]?\d|[A-Z]|-))"


@dataclass(frozen=True, slots=True)
class Product:
    """A product and where it stands."""

    text: str
    start: int


def products(text: str) -> list[Product]:
    """The products that *text* names in Chinese characters."""
    return [] if text.isascii() else [Product(match[0], match.start()) for match in _rule().finditer(text)]


def spellings(product: Product) -> tuple[str, ...]:
    """What else the product is called, in Latin letters."""
    tables = _tables()
    return tuple(tables["names"].get(product.text) or tables["words"][product.text])


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "products.toml").read_text(encoding="utf-8"))


@cache
def _rule() -> re.Pattern[str]:
    names, words = (
        "|".join(map(re.escape, sorted(_tables()[table], key=len, reverse=True))) for table in ("names", "words")
    )
    first = "".join(sorted({name[0] for table in _tables().values() for name in table}))
    return re.compile(f"(?=[{first}])(?:{names}|(?:{words}){_FOLLOWING})")
