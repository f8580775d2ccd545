"""What editors wrote of nineteen papers against what the sources give: `python -m bench.seed_facts`.

Names, institutions and links as they stand in two issues and a topic page; sources are the papers' metadata beside the
repository and the pages of the bundled recording. A fact that no source holds is no miss: it is never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import weekly
from bench.papers import Paper, papers
from weekly import jsonl
from weekly.claims import institutions
from weekly.drafting import arxiv_page
from weekly.drafting.facts import institution_labels, owner_of
from weekly.drafting.links import links_of
from weekly.drafting.work_name import name_and_line
from weekly.models import Entry, Kind, Work
from weekly.select.urls import canonical

RECORDING = Path(weekly.__file__).parent / "demo" / "recording"


@dataclass(frozen=True)
class Told:
    """What an editor wrote of a paper."""

    id: str
    name: str
    institutions: tuple[str, ...]
    links: tuple[str, ...]


TOLD = (
    Told(
        "2504.07089",
        "OmniCaptioner",
        ("上海人工智能实验室", "复旦大学", "中国科学技术大学"),
        (
            "https://alpha-innovator.github.io/OmniCaptioner-project-page/",
            "https://github.com/Alpha-Innovator/OmniCaptioner",
        ),
    ),
    Told("2504.02160", "UNO", ("字节跳动",), ("https://bytedance.github.io/UNO/", "https://github.com/bytedance/UNO")),
    Told(
        "2504.06263",
        "OmniSVG",
        ("复旦大学", "阶跃星辰"),
        ("https://omnisvg.github.io/", "https://github.com/OmniSVG/OmniSVG"),
    ),
    Told(
        "2504.07960",
        "VisualCloze",
        ("南开大学", "上海人工智能实验室", "北京邮电大学"),
        ("https://visualcloze.github.io/", "https://github.com/lzyhha/VisualCloze"),
    ),
    Told(
        "2504.00396",
        "SPF-Portrait",
        ("深圳大学", "清华大学", "KwaiVGI"),
        ("https://spf-portrait.github.io/SPF-Portrait/", "https://github.com/KwaiVGI/SPF-Portrait"),
    ),
    Told(
        "2504.04842",
        "FantasyTalking",
        ("AMAP", "北京邮电大学"),
        ("https://fantasy-amap.github.io/fantasy-talking/", "https://github.com/Fantasy-AMAP/fantasy-talking"),
    ),
    Told("2504.05299", "SmolVLM", ("Hugging Face",), ("https://github.com/huggingface/smollm",)),
    Told("2501.18096", "MILS", ("Meta AI",), ("https://github.com/facebookresearch/MILS",)),
    Told("2502.01105", "LayerTracer", ("Show Lab",), ("https://github.com/showlab/LayerTracer",)),
    Told("2502.01572", "MakeAnything", ("Show Lab",), ("https://github.com/showlab/MakeAnything",)),
    Told("2502.01061", "OmniHuman-1", ("字节跳动",), ("https://omnihuman-lab.github.io/",)),
    Told("2501.14677", "MatAnyone", ("S-Lab", "商汤科技"), ("https://pq-yang.github.io/projects/MatAnyone/",)),
    Told("2501.19393", "s1", (), ("https://github.com/simplescaling/s1",)),
    Told("2510.05081", "SAEdit", ("TAU", "Google DeepMind"), ("https://ronen94.github.io/SAEdit/",)),
    Told("2510.04483", "TBStar-Edit", ("Alibaba",), ()),
    Told("2510.04797", "DiT-VTON", ("Amazon", "UCLA", "Duke"), ("https://dit-vton.github.io/DiT-VTON/",)),
    Told(
        "2510.04290", "ChronoEdit", ("NVIDIA", "Toronto"), ("https://research.nvidia.com/labs/toronto-ai/chronoedit",)
    ),
    Told("2510.04668", "ConceptSplit", ("Korea U", "Kyung Hee U"), ("https://github.com/KU-VGI/ConceptSplit",)),
    Told(
        "2510.04201",
        "World-To-Image",
        ("HKUST", "Georgia Tech", "UMass Amherst"),
        ("https://github.com/mhson-kyle/World-To-Image",),
    ),
    Told(
        "2510.04706",
        "ID-Consistent, Precise Expression Generation with Blendshape-Guided Diffusion",
        ("ICL",),
        ("https://github.com/foivospar/Arc2Face",),
    ),
)


@dataclass
class Row:
    """How a paper did: found, missed though a source holds it, held by no source."""

    told: Told
    present: bool = False
    name: str = ""
    hits: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def measure() -> list[Row]:
    """A row for each paper."""
    known, pages = {paper.id: paper for paper in papers()}, recorded()
    return [row(told, known.get(told.id), pages.get(told.id, arxiv_page.ArxivPage())) for told in TOLD]


def row(told: Told, paper: Paper | None, its: arxiv_page.ArxivPage) -> Row:
    """What is found of one paper."""
    if paper is None:
        return Row(told)
    entry = Entry(
        source="arxiv", key=paper.id, kind=Kind.PAPER, title=paper.title, url=f"https://arxiv.org/abs/{paper.id}",
        text=paper.abstract, comment=paper.comment,
    )  # fmt: skip
    work = Work(id=f"arxiv:{paper.id}", keys=frozenset(), entries=(entry,))
    links = links_of(work, [(url, its.url) for url in its.links])
    found = [canonical(link.url) for link in links]
    owners = [owner[0].en for link in links if (owner := owner_of(link.url))]
    names = institution_labels([*its.institutions, *owners], "en")
    source = f"{paper.title} {paper.abstract} {paper.comment} {its.institutions} {its.links}".lower()
    made = Row(told, present=True, name=name_and_line(work)[0])
    for url in told.links:
        _sort(made, url, hit=canonical(url) in found, held=canonical(url).lower() in source)
    for institution in told.institutions:
        wanted = institutions.find(institution)
        english = wanted.en if wanted else institution
        stem = english.split(",")[-1].removesuffix(" Group").strip()
        hit = any(english in name or stem in name or name in english for name in names)
        _sort(made, institution, hit=hit, held=english.lower() in source)
    return made


def _sort(made: Row, what: str, *, hit: bool, held: bool) -> None:
    if hit:
        made.hits += (what,)
    elif held:
        made.missed += (what,)
    else:
        made.unknown += (what,)


def recorded() -> dict[str, arxiv_page.ArxivPage]:
    """The bundled recording's pages by arXiv identifier."""
    found = {}
    for _, answer in jsonl.read(RECORDING / "answers.jsonl"):
        url = answer["url"]
        if "/html/" in url and url.rsplit("/", 1)[-1][:4].isdigit() and answer.get("status", 200) == 200:
            body = (RECORDING / "bodies" / Path(answer["body"]).name).read_bytes()
            found[url.rsplit("/", 1)[-1].split("v")[0]] = arxiv_page.read(body, url)
    return found


if __name__ == "__main__":
    rows = measure()
    print("| paper | name | found | missed | held by no source |\n|---|---|---|---|---|")
    for one in rows:
        name = one.name if one.present else "not in the data"
        cells = (", ".join(some) for some in (one.hits, one.missed, one.unknown))
        print(f"| {one.told.id} {one.told.name} | {name} | {' | '.join(cells)} |")
    print(f"present {sum(one.present for one in rows)}, missed {sum(len(one.missed) for one in rows)}")
