"""Of some tests a run holds a sample of the variants: a seed repeats it, and no variant is left out for ever."""

from __future__ import annotations

import pytest

from tests.conftest import sample

pytest_plugins = ["pytester"]
VARIANTS = ["test[zh]", "test[en]", "test[fr]"]


def test_a_seed_draws_the_same_variants_in_whatever_order_they_were_collected():
    for seed in range(20):
        drawn = sample(VARIANTS, 2, "test", seed)
        assert len(drawn) == 2
        assert drawn == sample(VARIANTS[::-1], 2, "test", seed)


def test_over_the_seeds_every_variant_has_its_turn_and_tests_are_drawn_apart():
    assert set().union(*(sample(VARIANTS, 1, "test", seed) for seed in range(20))) == set(VARIANTS)
    assert len({frozenset(sample(VARIANTS, 1, f"test {number}", 1)) for number in range(20)}) == 3


def test_without_a_seed_the_first_and_never_more_than_there_are():
    assert sample(VARIANTS, 2, "test", None) == set(VARIANTS[:2])
    assert sample(VARIANTS, 9, "test", 1) == sample(VARIANTS, 9, "test", None) == set(VARIANTS)


@pytest.mark.parametrize(
    ("options", "passed"), [((), 7), (("--every-variant",), 12), (("-k", "en"), 1), (("-p", "no:randomly"), 7)]
)
def test_a_run_leaves_out_what_is_not_drawn_and_nothing_else(pytester, options, passed):
    pytester.makeini("[pytest]\nmarkers = sample")
    pytester.makeconftest("from tests.conftest import drawn, pytest_addoption, pytest_collection_modifyitems")
    pytester.makepyfile("""
        import pytest

        @pytest.mark.sample(1)
        @pytest.mark.parametrize("language", ["zh", "en", "fr"])
        def test_sampled(language): pass

        @pytest.mark.parametrize("width", [320, 640])
        def test_other(width): pass

        @pytest.mark.parametrize("database", ["sqlite", "postgresql"])
        @pytest.mark.parametrize("order", [0, 1])
        def test_stored(order, database): pass

        @pytest.mark.sample(1, of="a family")
        def test_member(): pass

        @pytest.mark.sample(1, of="a family")
        def test_another(): pass

        def test_long(drawn, request):
            assert len(drawn(range(9), 3)) == (9 if request.config.getoption("every_variant") else 3)
    """)
    pytester.runpytest_inprocess("-p", "no:cacheprovider", *options).assert_outcomes(
        passed=passed, deselected=12 - passed
    )
