"""A paper is withdrawn when its authors or arXiv say so, not when it speaks of withdrawing."""

from __future__ import annotations

import gzip
import json

import pytest

from weekly.sources.arxiv_withdrawal import is_withdrawn


@pytest.mark.parametrize(
    "comment",
    [
        "Withdrawn",
        "This paper has been withdrawn by the author due to an error in Eq. 3",
        "Paper withdrawn",
        "withdrawn due to a crucial error",
        "The authors have withdrawn this manuscript",
        "The author has withdrawn this paper due to a crucial sign error",
        "We are withdrawing this submission for further revision",
        "I would like to withdraw this paper",
        "This submission has been withdrawn by arXiv administrators because it contains fictitious content",
        "arXiv admin note: This version has been removed by arXiv administrators as the submitter did not have the right",
        "12 pages, 3 figures. This article was retracted",
        "Temporarily withdrawn by the authors",
        "v2: this version is withdrawn",
        "This work is withdrawn from arXiv",
        "8 pages, 2 figures; withdrawn",
        "Accepted as a poster, then withdrawn from arXiv",
        "The first author asks: withdrawal of this preprint",
        "Withdrawal requested by the authors",
        "论文已撤稿",
    ],
)
def test_what_a_comment_says_of_a_withdrawal(comment):
    assert is_withdrawn("2", comment)
    assert is_withdrawn("2", "", comment)


@pytest.mark.parametrize(
    "comment",
    [
        "",
        "We study funds that were withdrawn",
        "Withdrawn from ICLR 2025",
        "The paper was withdrawn from NeurIPS 2024 and is under review elsewhere",
        "ICLR 2025 withdrawn submission",
        "This paper is not withdrawn",
        "v1 was withdrawn, v2 mends the proof",
        "This version removed a wrong claim",
        "Removed typos",
        "An earlier version of this paper was withdrawn",
        "Replaces a submission that has been withdrawn by the authors",
        "Withdrawal symptoms of 40 models, with code",
        "Retraction maps on manifolds",
        "Code removed from the repository; 12 pages",
        "Accepted at CVPR 2025",
    ],
)
def test_what_is_no_withdrawal(comment):
    assert not is_withdrawn("2", comment)


@pytest.mark.parametrize(
    ("abstract", "withdrawn"),
    [
        ("This paper has been withdrawn by the authors.", True),
        ("Withdrawn.", True),
        ("Withdrawn due to a mistake in Table 2.", True),
        ("This submission has been withdrawn due to an error in the experiments.", True),
        ("Consent that has been withdrawn must be honoured by models. We show how.", False),
        ("Withdrawn papers are a treasure. We collect 14,000 of them.", False),
        ("We withdraw the assumption of smoothness and prove convergence.", False),
        ("This paper was withdrawn money's first theory of bank runs.", False),
        ("The authors of retracted papers have withdrawn 1,200 articles. We ask why.", False),
    ],
)
def test_an_abstract_counts_only_where_it_is_the_note_itself(abstract, withdrawn):
    assert is_withdrawn("1", "", "", abstract) is withdrawn


def test_hardly_any_real_paper_is_taken_for_withdrawn(shared):
    said = []
    for file in sorted((shared / "data" / "arxiv").glob("*-*_*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as rows:
            said += [
                one["comment"] or one["abstract"][:200]
                for one in map(json.loads, rows)
                if is_withdrawn("1", one.get("comment") or "", "", one.get("abstract") or "")
            ]
    assert all("withdr" in text.lower() or "retract" in text.lower() for text in said)
    assert len(said) < 10
