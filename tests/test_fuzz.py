"""Whatever strangers send, broken in any way, is read or refused: nothing else comes out of a reader."""

from __future__ import annotations

import pytest

from tests.fuzzing import READERS, attack


@pytest.mark.parametrize("name", READERS)
def test_what_is_broken_at_random_is_read_or_refused(name: str) -> None:
    assert [escaped for seed in range(60) if (escaped := attack(name, seed)[0])] == []
