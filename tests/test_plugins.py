"""The built-in parts come in through the plugin door."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

from weekly.errors import SettingsError
from weekly.plugins import FAMILIES, parts


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_built_in_parts_that_load(family):
    built_in = {point.name for point in entry_points(group=f"weekly.{family}")}
    assert [name for name, _ in parts(family)] == sorted(built_in)
    assert built_in


def test_a_part_that_cannot_be_loaded_names_its_package(tmp_path, monkeypatch):
    folder = tmp_path / "broken-1.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (folder / "entry_points.txt").write_text("[weekly.sources]\nzz = nowhere.to_be_found:create\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SettingsError, match="plugin zz of broken: cannot be loaded"):
        list(parts("sources"))
