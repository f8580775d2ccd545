"""A heading belongs to a topic by its name, by a word of it, or by what stands under it."""

from __future__ import annotations

import pytest

from weekly.formats.fitting_heading import fitting_heading

WORDS = {"gaussian splatting": 2.0, "mesh": 1.0, "video": -3.0}


@pytest.mark.parametrize(
    ("parts", "heading"),
    [
        ({"三维": [], "第二章 三维生成": []}, "第二章 三维生成"),
        ({"3D generation and more": [], "Mesh": []}, "3D generation and more"),
        ({"Meshes": [], "A mesh": []}, "A mesh"),
        ({"Video meshes": [], "Video of a mesh": []}, ""),
        ({"Fox": ["a mesh", "Gaussian splatting"], "Zoo": ["a mesh", "video"]}, "Fox"),
        ({"Fox": ["a mesh", "other"]}, ""),
        ({}, ""),
    ],
)
def test_the_heading_of_a_topic(parts, heading):
    assert fitting_heading(parts, ("三维生成", "3D generation"), WORDS) == heading
