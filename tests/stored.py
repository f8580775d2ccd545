"""What a store holds at the moment a test asks, without the transaction around each question."""

from __future__ import annotations

from functools import partial
from typing import Any

from weekly.models import Week
from weekly.store.drafts import Approval
from weekly.workspace import Workspace


def stored(workspace: Workspace) -> Any:
    """The aggregates of the workspace's store to read from: `stored(workspace).drafts.find(WEEK)`."""
    return _Aggregates(workspace)


class _Aggregates:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def __getattr__(self, aggregate: str) -> Any:
        return _Methods(self._workspace, aggregate)


class _Methods:
    def __init__(self, workspace: Workspace, aggregate: str) -> None:
        self._workspace, self._aggregate = workspace, aggregate

    def __getattr__(self, method: str) -> Any:
        return partial(self._ask, method)

    def _ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        with self._workspace.store.read() as tx:
            return getattr(getattr(tx, self._aggregate), method)(*arguments, **named)


def approval(workspace: Workspace, week: Week) -> Approval | None:
    """The newest approval of the week's draft as it stands."""
    return next(iter(stored(workspace).drafts.approvals(week)), None)
