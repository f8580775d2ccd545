"""docs/templates.md names every template and the variables that it reads, straight from the templates.

After a change that is meant: `python -m tests.test_templates`, and review the diff.
"""

from __future__ import annotations

from jinja2.meta import find_undeclared_variables

from weekly.render.environment import PACKAGED, environment

PAGE = PACKAGED.parent / "docs" / "templates.md"
BEGIN = "<!-- generated: python -m tests.test_templates -->\n"


def rows():
    """A line for each template: its name and the variables that it reads of what it is given."""
    templates = environment()
    for path in sorted(PACKAGED.rglob("*.j2")):
        name = path.relative_to(PACKAGED).as_posix()
        read = sorted(find_undeclared_variables(templates.parse(path.read_text(encoding="utf-8"))))
        yield f"| `{name}` | {', '.join(f'`{one}`' for one in read)} |"


def written():
    """The page as it should be."""
    head = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    return f"{head}{BEGIN}| template | reads |\n|---|---|\n" + "\n".join(rows()) + "\n"


def test_every_template_and_every_variable_that_it_reads_is_described():
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m tests.test_templates"


def test_every_template_can_be_read():
    templates = environment()
    for path in PACKAGED.rglob("*.j2"):
        assert templates.get_template(path.relative_to(PACKAGED).as_posix())


if __name__ == "__main__":
    PAGE.write_text(written(), encoding="utf-8")
