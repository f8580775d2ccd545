"""How many mails a domain gets at a time, and what it is spared once it refuses everything."""

from __future__ import annotations

from datetime import timedelta

from weekly.delivery.domains import IN_A_ROW, Domains
from weekly.models import Outcome, State
from weekly.settings import PerDomainSettings

SENT = Outcome(email="", state=State.SENT)
REFUSED = Outcome(email="", state=State.PENDING, detail="said no", again_after=timedelta(minutes=1))


def test_a_domain_gets_no_more_at_a_time_than_it_may():
    domains = Domains(PerDomainSettings(connections=2))
    for _ in range(2):
        assert domains.free("x", 0.0)
        domains.begin("x", 0.0)
    assert (domains.free("x", 0.0), domains.free("y", 0.0)) == (False, True)
    domains.end("x", SENT, 0.0)
    assert domains.free("x", 0.0)


def test_a_domain_gets_no_more_a_second_than_it_may():
    domains = Domains(PerDomainSettings(rate=2.0))
    domains.begin("x", 10.0)
    assert (domains.free("x", 10.4), domains.free("x", 10.6)) == (False, True)


def test_a_domain_that_refuses_everything_is_left_alone_for_longer_and_longer():
    domains = Domains(PerDomainSettings())
    for pause, now in ((60, 0.0), (120, 100.0)):
        for _ in range(IN_A_ROW):
            assert domains.pause_left("x", now) is None
            domains.begin("x", now)
            domains.end("x", REFUSED, now)
        assert domains.pause_left("x", now) == timedelta(seconds=pause)


def test_greylisting_of_some_does_not_hold_a_domain():
    domains = Domains(PerDomainSettings())
    for number in range(100):
        domains.begin("x", 0.0)
        domains.end("x", REFUSED if number % 3 else SENT, 0.0)
    assert domains.pause_left("x", 0.0) is None
