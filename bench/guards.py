"""What it costs that strangers' pages, pictures and feeds are read in a process of their own: the real week with and
without it, in turns."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.data import SHARED
from bench.week import SETTINGS

TURNS = 3
_HERE = "from weekly import isolated; isolated.call = lambda function, *given, **named: function(*given, **named); "
_RUN = "import sys; from weekly.cli import main; main(sys.argv[1:])"


def main() -> None:
    if not SHARED.is_dir():
        return
    wire = [sys.executable, str(SHARED / "wire" / "wire.py"), "--data", str(SHARED / "data")]
    spent: dict[str, list[float]] = {"in a process of its own": [], "in this process": []}
    with subprocess.Popen(wire, stdout=subprocess.PIPE, text=True) as server, tempfile.TemporaryDirectory() as folder:
        try:
            url = server.stdout.readline().split()[0]
            for turn in range(TURNS):
                for name, code in zip(spent, (_RUN, _HERE + _RUN), strict=True):
                    spent[name].append(_cpu(code, Path(folder) / f"{turn} {name}", url))
        finally:
            server.terminate()
    for name, seconds in spent.items():
        print(f"{name}: {', '.join(f'{one:.2f}' for one in seconds)} s of CPU")
    own, here = (median(seconds) for seconds in spent.values())
    print(f"the process costs {100 * (own / here - 1):+.1f} % (at most 10)")


def _cpu(code: str, root: Path, url: str) -> float:
    root.mkdir()
    (root / "weekly.toml").write_text(SETTINGS.format(url=url, overlap=2))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", code, "--workspace", str(root), "run", "--week", "2025-W15"]
    subprocess.run(command, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
