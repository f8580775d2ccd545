"""The job, from the first request to the last mail.

    collect   ask every source about the week                       entries, health
    classify  merge what is the same, file it by topic, rank it     candidates, funnel
    draft     make cards of the best                                a draft, revision by revision
    approve   a person says yes to exactly this content             an approval, bound to its hash
    publish   the approved content becomes an issue                 archive/2025/W15/…
    deliver   every subscriber of its audience gets the mail        a ledger of deliveries

Each stage takes an open workspace and a week. State lives in the store, so that any of them can be killed at any
moment and run again with the same result. Prefect's flows and the command line call these very functions.
"""

from __future__ import annotations

from weekly.archive.publish import publish
from weekly.delivery.deliver import deliver
from weekly.review.approve import approve
from weekly.stages.classify import classify
from weekly.stages.collect import collect
from weekly.stages.draft import draft

__all__ = ["approve", "classify", "collect", "deliver", "draft", "publish"]
