"""Guesses at the token of the review page: `python -m bench.guesses [COUNT]`, 100,000 of them unless told otherwise.

They come over kept connections from a hundred addresses of this machine, as fast as they are answered, while the editor
opens the page. Prints how many were looked at, the lines that the owner reads, the page's medians and the memory.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from bench.review import once, week
from tests.browser.conftest import HOME, TOKEN, Process

COUNT = 100_000
ADDRESSES = 100
LOOKS = 40


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "told").open("w+") as told:
        server = Process(week(Path(folder), 0), told)
        try:
            measure(server, count)
        finally:
            server.kill()
        told.seek(0)
        lines = [line for line in told if line.startswith("weekly review: ")]
    print(f"{len(lines)} lines for the owner, the last: {lines[-1].strip()}")


def measure(server: Process, count: int) -> None:
    process = psutil.Process(server.process.pid)
    with httpx.Client(base_url=server.address, follow_redirects=True, timeout=60) as editor:
        editor.get(HOME, params={"token": TOKEN}).raise_for_status()
        before, memory = median_of_looks(editor, iter(range(LOOKS))), process.memory_info().rss
        began = time.perf_counter()
        command = [sys.executable, "-m", "bench.guesses", server.address, str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as guessing:
            during = median_of_looks(editor, iter(lambda: guessing.poll() is None, False))
            answers = json.loads(guessing.communicate()[0])
        seconds, grown = time.perf_counter() - began, process.memory_info().rss - memory
    looked_at = answers.get("401", 0)
    print(f"{count:,} guesses from {ADDRESSES} addresses in {seconds:.0f} s: {looked_at:,} looked at, {answers}")
    print(
        f"the editor's page: {before:.0f} ms before, {during:.0f} ms meanwhile, {during / before:.2f} times (medians)"
    )
    print(f"memory of the server: {grown / 1e6:+.1f} MB")


def median_of_looks(editor: httpx.Client, turns: Iterator[object]) -> float:
    """Milliseconds of the middle one of a look at the page for each of *turns*."""
    return statistics.median([once(lambda: editor.get(HOME).raise_for_status()) for _ in turns])


def guess(address: str, count: int) -> None:
    """Sends *count* wrong tokens; prints how often each status came."""
    place = urlsplit(address)
    answers: Counter[str] = Counter()
    for number in range(ADDRESSES):
        with socket.create_connection(
            (place.hostname, place.port), source_address=(f"127.0.1.{number + 1}", 0)
        ) as line:
            answers += guesses(line, place.netloc, range(number, count, ADDRESSES))
    print(json.dumps(answers))


def guesses(line: socket.socket, host: str, tokens: range) -> Counter[str]:
    """One after the other on a connection that is kept."""
    answers: Counter[str] = Counter()
    with line.makefile("rb") as answer:
        for token in tokens:
            body = f"token={token:016}"
            head = f"POST /sign-in HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            answers[answer.readline().split()[1].decode()] += 1
            length = 0
            while (header := answer.readline().strip().lower()) != b"":
                if header.startswith(b"content-length:"):
                    length = int(header.partition(b":")[2])
            answer.read(length)
    return answers


if __name__ == "__main__":
    given = sys.argv[1:]
    if given and given[0].startswith("http"):
        guess(given[0], int(given[1]))
    else:
        main(int(given[0]) if given else COUNT)
