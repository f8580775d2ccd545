"""What grows with newsletters and readers, and what gives way first: a model, not a measurement.

    python -m bench.scale

Its constants were measured (docs/scale.md says where); it multiplies.
"""

from __future__ import annotations

from dataclasses import dataclass

WEEKS = 52
GB = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One newsletter, one week, one core, unless it says otherwise."""

    reader: float = 236
    """Bytes of a subscriber's row with its indexes, PostgreSQL."""
    delivery: float = 520
    """Bytes of a delivery's row with its indexes, PostgreSQL, after it was sent."""
    week: float = 18e6
    """Bytes of entries, candidates, drafts and answers kept of a week."""
    sender: float = 1_800
    """Mails a second of one sending process: the lower end of what was seen on shared cores."""
    database: float = 4_000
    """Deliveries a second that one PostgreSQL writes down, each in two transactions that many mails share."""
    arxiv: int = 60
    """Requests to arXiv: pages of the list, and a page for each card."""
    pace: float = 3.0
    model_calls: int = 31
    """A card each and one for the summary."""
    tokens_in: int = 1_200
    tokens_out: int = 300
    price_in: float = 0.15
    price_out: float = 0.60
    """For a million tokens; an example, as in weekly.toml."""
    kept_weeks: int = WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a week of it asks for."""

    newsletters: int
    deliveries: int
    database_gb: float
    sender_hours: float
    senders_in_four_hours: int
    arxiv_requests: int
    arxiv_hours: float
    model_cost: float


def load(newsletters: int, deliveries: int, known: Measured) -> Load:
    """*deliveries* are those of a week, of all newsletters together; a row of each is kept for a year."""
    rows = deliveries * known.delivery * known.kept_weeks
    readers = deliveries * known.reader
    texts = newsletters * known.week * known.kept_weeks
    seconds = deliveries / known.sender
    call = (known.tokens_in * known.price_in + known.tokens_out * known.price_out) / 1e6
    requests = newsletters * known.arxiv
    return Load(
        newsletters=newsletters,
        deliveries=deliveries,
        database_gb=(rows + readers + texts) / GB,
        sender_hours=seconds / 3600,
        senders_in_four_hours=-(-int(seconds) // (4 * 3600)) or 1,
        arxiv_requests=requests,
        arxiv_hours=requests * known.pace / 3600,
        model_cost=newsletters * known.model_calls * call,
    )


def main() -> None:
    known = Measured()
    print("| newsletters | deliveries a week | database after a year | sender hours | senders for 4 h |", end="")
    print(" arXiv requests | hours at arXiv's pace | model, a week |")
    print("|---|---|---|---|---|---|---|---|")
    for newsletters in (1, 10, 100):
        for deliveries in (10**4, 10**6, 10**8):
            one = load(newsletters, deliveries, known)
            print(f"| {newsletters} | {deliveries:,} | {one.database_gb:,.1f} GB | {one.sender_hours:.3g}", end="")
            print(f" | {one.senders_in_four_hours} | {one.arxiv_requests:,} | {one.arxiv_hours:.2f}", end="")
            print(f" | {one.model_cost:.2f} |")
    limit = known.database * 4 * 3600
    print(f"\none PostgreSQL writes down {limit / 1e6:.0f} million deliveries in four hours")


if __name__ == "__main__":
    main()
