"""What is written appears whole or not at all, whoever else writes and however a process ends."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from weekly import files
from weekly.errors import WorkspaceError

HELD = """
import sys, time
from pathlib import Path
from weekly import files
with files.replacing(Path(sys.argv[1])) as part:
    part.write_bytes(b"half")
    print("held", flush=True)
    time.sleep(600)
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def killed_while_writing(target):
    """The part that a killed process leaves."""
    before = set(target.parent.iterdir())
    process = subprocess.Popen([sys.executable, "-c", HELD, str(target)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    process.kill()
    process.communicate()
    (part,) = set(target.parent.iterdir()) - before
    return part


def in_another_process(target, data):
    code = "import sys; from pathlib import Path; from weekly import files\n"
    code += "files.replace(Path(sys.argv[1]), sys.argv[2].encode())"
    subprocess.run([sys.executable, "-c", code, str(target), data], check=True)


def test_threads_that_write_one_file_at_once_do_not_collide(tmp_path):
    together, target = Barrier(8), tmp_path / "new" / "picture.png"

    def write(number):
        for round_ in range(50):
            together.wait()
            files.replace(target, f"{number} in round {round_}".encode() * 1000)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert names(target.parent) == ["picture.png"]
    assert target.read_bytes() in {f"{number} in round 49".encode() * 1000 for number in range(8)}


def test_a_killed_writer_leaves_the_file_as_it_was(tmp_path):
    target = tmp_path / "page.html"
    target.write_text("whole")
    part = killed_while_writing(target)
    assert target.read_text() == "whole"
    assert part.name.startswith(".page.html.")


def test_what_a_dead_run_has_left_is_swept_when_its_folder_is_written_to_again(tmp_path):
    young, old = (killed_while_writing(tmp_path / "page.html") for _ in range(2))
    (folder := tmp_path / ".W15.0123456789abcdef.part").mkdir()
    (folder / "issue.md").write_text("half")
    (foreign := tmp_path / ".notes.part").write_text("not ours")
    for path in (old, folder, foreign):
        os.utime(path, times=(time.time() - 2 * files.ABANDONED,) * 2)
    in_another_process(tmp_path / "other.html", "text")
    assert names(tmp_path) == sorted([foreign.name, young.name, "other.html"])


def test_an_exception_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path):
    target = tmp_path / "page.html"
    target.write_text("whole")
    with pytest.raises(KeyboardInterrupt), files.replacing(target) as part:  # noqa: PT012 - the block is the point
        part.write_text("half")
        raise KeyboardInterrupt
    assert (names(tmp_path), target.read_text()) == (["page.html"], "whole")


def put_folder(target, text):
    with files.replacing(target, durable=True) as part:
        (part / "images").mkdir(parents=True)
        (part / "images" / "a.txt").write_text(text)


def test_a_folder_appears_whole_and_never_takes_the_place_of_another(tmp_path):
    put_folder(tmp_path / "W15", "first")
    with pytest.raises(WorkspaceError, match="W15: cannot be written"):
        put_folder(tmp_path / "W15", "second")
    assert (tmp_path / "W15" / "images" / "a.txt").read_text() == "first"
    assert names(tmp_path) == ["W15"]


def test_a_file_that_says_so_already_is_not_touched(tmp_path):
    files.replace(tmp_path / "a", b"text", durable=True)
    before = (tmp_path / "a").stat()
    files.replace(tmp_path / "a", b"text")
    after = (tmp_path / "a").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.replace(tmp_path / "link", b"text")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"text"
    files.replace(Path("/dev/null"), b"text")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("write", [files.replace, files.create])
def test_a_place_that_cannot_be_written_is_one_clear_line(tmp_path, write):
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match=r"file(/a)?: cannot be written: "):
        write(tmp_path / "file" / "a", b"text")
    (tmp_path / "taken").mkdir()
    if write is files.replace:
        with pytest.raises(WorkspaceError, match=r"taken: cannot be written: Is a directory"):
            write(tmp_path / "taken", b"text")
    assert names(tmp_path) == ["file", "taken"]


def test_of_several_that_create_a_file_the_first_wins_and_only_its_owner_reads_it(tmp_path):
    target, together = tmp_path / "secret", Barrier(8)

    def create(number):
        together.wait()
        files.create(target, str(number).encode())
        return target.read_bytes()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, range(8)))) == 1
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(tmp_path) == ["secret"]


def test_a_file_is_replaced_only_where_it_holds_what_was_seen(tmp_path):
    page = tmp_path / "page.md"
    assert files.replace_unchanged(page, None, b"one")
    assert not files.replace_unchanged(page, None, b"two")
    assert not files.replace_unchanged(page, b"other", b"two")
    assert page.read_bytes() == b"one"
    assert files.replace_unchanged(page, b"one", b"two")
    assert page.read_bytes() == b"two"
    page.unlink()
    assert not files.replace_unchanged(page, b"two", b"three")
    assert names(tmp_path) == []
