from __future__ import annotations

from weekly.models import Week
from weekly.store.candidates import Funnel

W15 = Week(2025, 15)


def test_the_funnel_is_zeros_until_there_is_one_and_the_last_one_stands(store):
    with store.read() as tx:
        assert tx.candidates.funnel(W15) == Funnel()
    with store.write() as tx:
        tx.candidates.set_funnel(W15, Funnel(fetched=3))
        tx.candidates.set_funnel(W15, Funnel(fetched=4, merged=1))
    with store.read() as tx:
        assert tx.candidates.funnel(W15) == Funnel(fetched=4, merged=1)
        assert tx.candidates.funnel(W15.shift(1)) == Funnel()
