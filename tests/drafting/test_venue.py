from __future__ import annotations

import pytest

from weekly.drafting.venue import venue


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("Accepted to CVPR 2025 (Oral)", "CVPR 2025 Oral"),
        ("SIGGRAPH Asia 2025", "SIGGRAPH Asia 2025"),
        ("Accepted by IJCNN2025", "IJCNN 2025"),
        ("To appear in ICLR'25", "ICLR'25"),
        ("CVPR 2025 Workshop on X", "CVPR 2025 Workshop"),
        ("Submitted to ICML 2025", ""),
        ("Under review at NeurIPS 2025", ""),
        ("18 pages, 3 figures", ""),
        ("", ""),
    ],
)
def test_the_venue_is_what_the_comment_names(comment, expected):
    assert venue(comment) == expected
