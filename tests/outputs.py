"""What the demo's week gives beside its archive, and the archive of a library that grows, as a list of digests.

The files of the demo's archive stand in `archive/` themselves. Here are the mails, what the commands say of the week,
and an archive with more than one issue, a collection and a handbook in it. The list is made anew by
`python -m tests.outputs`; a digest says that something changed, `--keep DIR` leaves the files for a look at what.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from contextlib import redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.published import archive
from weekly.cli import main

LIST = Path(__file__).parent / "golden" / "outputs.sha256"
WEEK = "2025-W15"
COMMANDS = (
    *(f"{command} --week {WEEK} --json" for command in ("candidates", "health", "check", "announcements", "correct")),
    *(f"{command} --week {WEEK} --json" for command in ("deliveries", "deliveries list")),
    f"export bibtex --week {WEEK}",
    "why arxiv:2504.08685 --json",
    "archive verify --json",
    "subscribers list --json",
    "subscribers export",
)


def outputs(root: Path) -> dict[str, bytes]:
    """What a demo and a library made under *root* give, by a name for each."""
    # The secret of a workspace is random, and every link to a subscriber's own page is signed with it.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEEKLY_SECRET", "golden " * 6)
        said = {"demo": run("demo", str(root / "demo"))}
        for command in COMMANDS:
            said[command] = run("--workspace", str(root / "demo"), *command.split())
        archive(root / "demo", root / "library")
    named = {f"weekly {name}": text.replace(str(root.resolve()), "ROOT").encode() for name, text in said.items()}
    return named | mails(root / "demo" / "maildir" / "new") | files(root / "library" / "archive")


def run(*arguments: str) -> str:
    """What a command prints."""
    with redirect_stdout(TextIOWrapper(BytesIO(), encoding="utf-8")) as out:
        main(list(arguments))
        out.seek(0)
        return out.read()


def mails(folder: Path) -> dict[str, bytes]:
    """Each mail by its file, which the Message-ID names; its Date is the moment at which it left."""
    date = re.compile(rb"^Date: .*$", re.MULTILINE)
    return {f"mail/{path.name}": date.sub(b"Date: THEN", path.read_bytes(), count=1) for path in folder.iterdir()}


def files(folder: Path) -> dict[str, bytes]:
    """Every file but manifests, and the pictures for other sites, which are drawn with the fonts of a machine."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {f"library/{name}": path.read_bytes() for name, path in named.items() if not name.startswith("social/")}


def listed(found: dict[str, bytes]) -> str:
    """The list, in the form of `sha256sum`."""
    return "".join(f"{hashlib.sha256(found[name]).hexdigest()}  {name}\n" for name in sorted(found))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        found = outputs(Path(made))
    LIST.write_text(listed(found), encoding="utf-8")
    if sys.argv[1:2] == ["--keep"]:
        for name, content in found.items():
            place = Path(sys.argv[2], name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
