"""The search on 500 issues of real papers, in Chromium from a disk: time and bytes of each query.

python -m bench.search
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.data import SHARED
from tests.browser.conftest import CHROMIUM
from tests.libraries import fill
from weekly.archive.folder import Archive
from weekly.render.environment import environment
from weekly.render.site.issues import IssueIndex
from weekly.render.site.search.index import index
from weekly.settings import Settings

ISSUES = 500
QUERIES = (
    *("2504.08685", "Bo Li", "视频生成模型", "大模型推理", "Seeweed", "Seaweed-7B", "字节跳动", "Yang Liu", "agent"),
    *("diffusion transformer", "Gaussian splatting", "强化学习", "清华大学 智能体", "attention is all you need"),
    *("mixture of experts", "diffusoin", "多模态大模型", "scalable vector graphics", "text to video generation"),
    *("思维链推理", "safety alignment", "Dacheng Tao", "cs.CV 视频", "robot manipulation", "long context", "OCR"),
    *("omni", "3D", "qwen", "llm"),
)


def main() -> None:
    if not SHARED.is_dir():
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        root = Path(name)
        fill(root, SHARED, ISSUES)
        cards = IssueIndex(Archive(root).issues(), Settings().newsletter.zone).items[::-1]
        began = time.process_time()
        made = list(index("p", cards, str))
        size = sum(len(text.encode()) for _, text in made)
        taken = time.process_time() - began
        print(f"index of {len(cards):,} cards: {len(made):,} files, {size / 1e6:.1f} MB, {taken:.1f} s of CPU")
        Archive(root).refresh(Settings(), environment())
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        figures = [ask(browser.new_page(), root, query) for query in QUERIES]
        browser.close()
    for query, (count, read, first, whole) in zip(QUERIES, figures, strict=True):
        print(f"| {query} | {count} | {read / 1000:.0f} kB | {first:.0f} ms, all ten {whole:.0f} ms |")
    _, reads, *times = zip(*figures, strict=True)
    print(f"most {max(reads) / 1000:.0f} kB")
    for what, taken in zip(("first cards", "ten cards"), times, strict=True):
        print(f"{what}: median {sorted(taken)[len(taken) // 2]:.0f} ms, most {max(taken):.0f} ms")


def ask(page, root: Path, query: str):
    """What is found, the bytes read for it, and the best of three times until the first cards and until all are there.

    In a window of its own.
    """
    read: dict[str, int] = {}

    def note(request) -> None:
        path = Path(request.url.partition("?")[0].removeprefix("file://"))
        if "/search/" in str(path):
            read[str(path)] = path.stat().st_size

    page.on("requestfinished", note)
    times = []
    for _ in range(3):
        page.goto((root / "search.html").as_uri())
        page.wait_for_timeout(200)
        page.locator("#Query").fill(query)
        page.wait_for_function("performance.getEntriesByName('weekly-search').length")
        measures = "['-first', ''].map((part) => performance.getEntriesByName(`weekly-search${part}`)[0].duration)"
        times.append(page.evaluate(measures))
    count = page.locator("#Status").inner_text()
    page.close()
    return count, sum(read.values()), *map(min, zip(*times, strict=True))


if __name__ == "__main__":
    main()
