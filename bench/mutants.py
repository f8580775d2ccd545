"""Small changes to a module, one at a time: a comparison, a number, a sign, a text, a branch, a statement.

Docstrings, annotations, decorators, imports and the texts of exceptions are left alone.
"""

from __future__ import annotations

import ast
import copy
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OTHERS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.USub: (ast.UAdd,),
    ast.Break: (ast.Continue,),
    ast.Continue: (ast.Break,),
}
"""What may stand in the place of an operator."""
_LEFT_ALONE = frozenset({"annotation", "returns", "decorator_list"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one change."""

    path: Path
    source: str
    was: str
    now: str
    """The lines that differ."""
    lines: range
    """Where the change is, in the file as it stands."""


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change to the file at *path*, each once."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    before = ast.unparse(tree)
    seen = {before}
    for lines in _changes(tree, range(0)):
        source = ast.unparse(tree)
        if source not in seen:
            seen.add(source)
            was, now = _difference(before.splitlines(), source.splitlines())
            yield Mutant(path, source, was, now, lines)


def _difference(before: list[str], after: list[str]) -> tuple[str, str]:
    """The lines of one and of the other between what both begin and end with."""
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    was, now = before[start : len(before) - end], after[start : len(after) - end]
    return " ".join(map(str.strip, was)), " ".join(map(str.strip, now))


def _common(one: list[str], other: list[str]) -> int:
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _changes(node: ast.AST, lines: range) -> Iterator[range]:
    """Makes each change beneath *node* in its turn, and takes it back before the next; tells where it is."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Raise) or _is_alias(node):
        return
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        parts = value if isinstance(value, list) else [value]
        for index, part in enumerate(parts):
            if not isinstance(part, ast.AST) or _is_docstring(part):
                continue
            place = _lines(part, lines)
            for other in _instead(part):
                _put(node, field, index, other)
                yield place
            _put(node, field, index, part)
            yield from _changes(part, place)


def _lines(node: ast.AST, around: range) -> range:
    """Those of *node*, or of what it stands in when it has none of its own."""
    told = getattr(node, "test", node)  # a branch is decided where its condition stands
    return range(told.lineno, told.end_lineno + 1) if hasattr(told, "lineno") else around


def _put(node: ast.AST, field: str, index: int, part: ast.AST) -> None:
    value = getattr(node, field)
    if isinstance(value, list):
        value[index] = part
    else:
        setattr(node, field, part)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_alias(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"


def _instead(node: ast.AST) -> Iterator[ast.AST]:
    """What could stand in the place of *node*."""
    yield from (other() for other in OTHERS.get(type(node), ()))
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=str(value)):
            yield ast.Constant(f"XX{value}XX")
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.If(test=ast.Compare() | ast.UnaryOp()) | ast.IfExp(test=ast.Compare() | ast.UnaryOp()):
            pass  # their operators have others
        case ast.If() | ast.IfExp():
            other = copy.copy(node)
            other.test = ast.UnaryOp(ast.Not(), node.test)
            yield other
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.Expr() | ast.AugAssign():
            yield ast.Pass()
