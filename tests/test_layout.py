"""Whoever looks for the tests of a public module finds them under its name."""

from __future__ import annotations

import pkgutil
import re
from importlib.metadata import entry_points

import weekly
from tests.conftest import ROOT
from weekly import formats, pipeline
from weekly.plugins import FAMILIES
from weekly.store.transaction import Transaction

MODULES = {module.name for module in pkgutil.walk_packages(weekly.__path__, "weekly.")}


def documented():
    """The modules that the guide for authors of plugins names, by themselves or with something of theirs."""
    for name in re.findall(r"weekly\.[\w.]+", (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")):
        yield from {name, name.rpartition(".")[0]} & MODULES


def public():
    """The stages, the built-in parts, what authors of plugins rely on, the aggregates of the store, the formats."""
    built_in = (point for family in FAMILIES for point in entry_points(group=f"weekly.{family}"))
    aggregates = vars(Transaction(None)).values()
    return {
        *(getattr(pipeline, stage).__module__ for stage in pipeline.__all__),
        *(point.module for point in built_in if point.module in MODULES),
        *documented(),
        *(type(aggregate).__module__ for aggregate in aggregates if aggregate is not None),
        *(found.name for found in pkgutil.iter_modules(formats.__path__, "weekly.formats.") if found.ispkg),
    }


def places(module):
    """Where its tests may be: in the room it is in, or, for a room, in the room itself."""
    *rooms, name = module.split(".")[1:]
    folder = ROOT.joinpath("tests", *rooms)
    return folder / f"test_{name}.py", folder / name / f"test_{name}.py"


def test_each_public_module_has_a_test_module_of_its_name():
    assert [module for module in sorted(public()) if not any(place.exists() for place in places(module))] == []
