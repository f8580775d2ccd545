"""What is not described does not exist for the owner: every setting, command and plugin group is."""

from __future__ import annotations

from tests.conftest import ROOT
from weekly.cli import app
from weekly.plugins import FAMILIES
from weekly.settings import Settings
from weekly.settings.messages import section_of

SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
STARTER = (ROOT / "src" / "weekly" / "starter.toml").read_text(encoding="utf-8")


def sections(model=Settings, path=()):
    for name, info in model.model_fields.items():
        if info.exclude:  # an old name
            continue
        inner = section_of(info.annotation)
        here = (*path, info.alias or name)
        if inner is None or info.annotation is not inner:
            yield ".".join(here), inner
        else:
            yield from sections(inner, here)


def test_every_setting_is_described():
    for key, table in sections():
        assert f"| `{key}` |" in SETTINGS, key
        row = next(line for line in SETTINGS.splitlines() if line.startswith(f"| `{key}` |"))
        for field in table.model_fields if table else ():
            assert f"`{field}`" in row, f"{key}: {field}"


def test_every_plugin_family_is_described():
    described = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
    for family in FAMILIES:
        assert f"| `weekly.{family}` |" in described


def test_every_stage_stands_in_the_life_of_a_week():
    for command in ("init", "doctor", "run", "candidates", "check", "approve", "publish", "deliver"):
        assert f"weekly {command}" in README
        assert command in app


def test_the_readme_names_no_file_that_is_not_there():
    import re

    for target in re.findall(r"\]\(((?!https?:)[^)#]+)\)|src=\"([^\"]+)\"", README):
        path = next(filter(None, target))
        assert (ROOT / path).exists(), path
