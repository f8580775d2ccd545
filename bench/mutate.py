"""`make mutate`: would the tests notice if a module did something else?

One small change at a time is made to a module (a comparison, a number, a sign, a text, a branch, a statement), and the
tests that answer for it are run. A change that none of them notices is printed: either a test is missing, or the change
makes no difference, and `bench/equivalent.toml` says why. Everything happens in copies of the tree.

Docstrings, annotations, decorators, imports and the texts of exceptions are left alone. `python -m bench.mutate weeks`
takes one module, `--seed 7` draws other changes, `--all` takes every one.
"""

from __future__ import annotations

import argparse
import ast
import copy
import difflib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    # What is changed, a file or a folder under src/weekly, and the tests that have to notice.
    "weeks": ("weeks.py", "tests/test_weeks.py"),
    "claims": ("claims", "tests/claims"),
    "arxiv_days": ("sources/arxiv_days.py", "tests/sources/test_arxiv_days.py"),
    "cluster": ("select/cluster.py", "tests/select/test_cluster.py"),
    "rank": ("select/rank.py", "tests/select/test_rank.py"),
    "approve": ("review/approve.py", "tests/review/test_approve.py tests/web/review/test_approving.py"),
    "deliveries": ("store/deliveries.py", "tests/store/test_deliveries.py tests/delivery/test_deliver.py"),
}
COPIED = ("src", "tests", "flows", "templates", "archive", "pyproject.toml")
SAMPLE, WANTED = 60, 0.85
"""Changes that are drawn for each module, and the share of them that has to be noticed."""
EQUIVALENT = Path(__file__).parent / "equivalent.toml"
"""Changes that make no difference, each with its reason."""
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


def mutants(path: Path) -> Iterator[Mutant]:
    """Every change to the file at *path*, each once."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    before, seen = ast.unparse(tree), set()
    for _ in _changes(tree):
        source = ast.unparse(tree)
        if source in seen:
            continue
        seen.add(source)
        differing = [line for line in difflib.ndiff(before.splitlines(), source.splitlines()) if line[0] in "+-"]
        was, now = (" ".join(line[2:].strip() for line in differing if line[0] == sign) for sign in "-+")
        yield Mutant(path, source, was, now)


def _changes(node: ast.AST) -> Iterator[None]:
    """Makes each change beneath *node* in its turn, and takes it back before the next."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Raise) or _is_alias(node):
        return
    for field, value in ast.iter_fields(node):
        if field in _LEFT_ALONE:
            continue
        parts = value if isinstance(value, list) else [value]
        for index, part in enumerate(parts):
            if not isinstance(part, ast.AST) or _is_docstring(part):
                continue
            for other in _instead(part):
                _put(node, field, index, other)
                yield
            _put(node, field, index, part)
            yield from _changes(part)


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


class Trees:
    """Copies of the tree, each for one run of tests at a time."""

    def __init__(self, folder: Path, count: int) -> None:
        self._free: SimpleQueue[Path] = SimpleQueue()
        if (shared := ROOT.parent / "shared").exists():
            (folder / "shared").symlink_to(shared.resolve())
        for number in range(count):
            copied = folder / str(number)
            copied.mkdir()
            for name in COPIED:
                (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, copied / name)
            self._free.put(copied)

    def pass_tests(self, tests: str, timeout: float, mutant: Mutant | None = None) -> bool:
        """Whether *tests* pass, *mutant* in the place of its file; they do not if they last over *timeout* seconds."""
        root = self._free.get()
        try:
            if mutant is None:
                return _pass(root, tests, timeout)
            place = root / mutant.path.relative_to(ROOT)
            before = place.read_bytes()
            for compiled in place.parent.glob(f"__pycache__/{place.stem}.*"):
                compiled.unlink()  # two changes may have one size in one second, and Python would not see the second
            place.write_text(mutant.source, encoding="utf-8")
            passed = _pass(root, tests, timeout)
            place.write_bytes(before)
            return passed
        finally:
            self._free.put(root)


def _pass(root: Path, tests: str, timeout: float) -> bool:
    command = [sys.executable, "-m", "pytest", "-qx", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"]
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # most of a run would be compiling
    with subprocess.Popen(
        [*command, "--hypothesis-seed=0", *tests.split()],
        cwd=root,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            return process.wait(timeout) == 0
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return False


def drawn(name: str, seed: int, *, every: bool) -> list[Mutant]:
    """The changes to the module *name*, without those that are known to make no difference."""
    place = ROOT / "src" / "weekly" / MODULES[name][0]
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    found = list(itertools.chain.from_iterable(map(mutants, files)))
    known = {
        (row["was"], row["now"])
        for row in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
        if row["module"] == name
    }
    for was, _ in known - {(one.was, one.now) for one in found}:
        print(f"{name}: {EQUIVALENT.name} speaks of a line that is no longer there: {was}")
    rest = [one for one in found if (one.was, one.now) not in known]
    return rest if every or len(rest) <= SAMPLE else random.Random(f"{seed} {name}").sample(rest, SAMPLE)


def examine(name: str, trees: Trees, threads: ThreadPoolExecutor, chosen: list[Mutant]) -> float:
    """The share of the *chosen* changes that the tests of the module *name* noticed; prints the others."""
    tests = MODULES[name][1]
    began = time.monotonic()
    if not trees.pass_tests(tests, 600):
        sys.exit(f"{name}: its tests fail without any change: {tests}")
    timeout = 10 + 5 * (time.monotonic() - began)
    passed = list(threads.map(lambda mutant: trees.pass_tests(tests, timeout, mutant), chosen))
    noticed = 1 - sum(passed) / len(chosen)
    print(f"{name:<12} {noticed:5.0%} of {len(chosen)} noticed, in {time.monotonic() - began:.0f} s", flush=True)
    for mutant in itertools.compress(chosen, passed):
        print(f"    {mutant.path.relative_to(ROOT)}\n      - {mutant.was}\n      + {mutant.now}", flush=True)
    return noticed


def main() -> None:
    """Examines the modules that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--all", action="store_true", help=f"every change instead of {SAMPLE}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as threads:
        trees = Trees(Path(folder), options.jobs)
        names = options.names or list(MODULES)
        short = [
            name
            for name in names
            if examine(name, trees, threads, drawn(name, options.seed, every=options.all)) < WANTED
        ]
    if short:
        sys.exit(f"fewer than {WANTED:.0%} noticed: {', '.join(short)}")


if __name__ == "__main__":
    main()
