"""The hosting site's API, as far as a newsletter needs it: https://docs.github.com/en/rest, version 2022-11-28.

Who may do what is asked here and never read from what somebody wrote.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

from weekly.errors import FetchError, Unreachable

T = TypeVar("T")
_TRIES, _PAUSE, _TIMEOUT = 3, 2.0, 30.0
_WRITES = frozenset({"admin", "maintain", "write"})
_SERVER_ERRORS = 500
PAGES = 30
"""Of a list at most so many are read, a hundred to a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request as the API tells of it."""

    number: int
    branch: str
    head: str
    """The newest commit of its branch."""
    base: str
    """The branch that it is to be merged into."""
    is_open: bool
    is_own: bool
    """Whether its branch is one of this repository: of a fork, anybody may have written it."""
    merged_at: str
    """A moment as ISO 8601; empty while it is not merged."""
    merge_commit: str
    merged_by: str
    """Empty where the API was asked for a list."""


class Hosting:
    """One repository on the hosting site."""

    def __init__(self, api: str, repository: str, token: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._repository, self._sleep = repository, sleep
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=f"{api.rstrip('/')}/repos/{repository}", headers=headers, timeout=_TIMEOUT)

    def pull_requests(self, branch: str) -> list[PullRequest]:
        """Those of *branch* in whatever state, the newest first."""
        owner = self._repository.partition("/")[0]
        found = self._list("/pulls", state="all", head=f"{owner}:{branch}")
        return sorted(map(self._pull_request, found), key=lambda one: -one.number)

    def pull_request(self, number: int) -> PullRequest:
        """The one of that number."""
        return self._pull_request(self._get(f"/pulls/{number}"))

    def open_pull_request(self, branch: str, base: str, title: str, body: str) -> int:
        """Asks to merge *branch* into *base*; returns the number."""

        def opened() -> dict[str, int] | None:
            return next(({"number": pull.number} for pull in self.pull_requests(branch) if pull.is_open), None)

        asked = {"title": title, "head": branch, "base": base, "body": body}
        return int(self._send("POST", "/pulls", asked, opened)["number"])

    def describe(self, number: int, body: str) -> None:
        """Puts *body* in the place of what the pull request says."""
        self._send("PATCH", f"/pulls/{number}", {"body": body})

    def comments(self, number: int) -> list[str]:
        """What was said below a pull request."""
        return [str(comment.get("body") or "") for comment in self._list(f"/issues/{number}/comments")]

    def comment(self, number: int, body: str) -> None:
        """Says *body* below a pull request, once."""

        def said() -> bool:
            return [last.strip() for last in self.comments(number)[-1:]] == [body.strip()]

        self._send("POST", f"/issues/{number}/comments", {"body": body}, said)

    def may_write(self, login: str) -> bool:
        """Whether *login* may push to the repository."""
        known = self._get(f"/collaborators/{quote(login, safe='')}/permission", absent={})
        return known.get("permission") in _WRITES

    def approvers(self, pull: PullRequest) -> list[str]:
        """Who has approved the newest commit of *pull* and has not taken it back; all of them may write."""
        last: dict[str, bool] = {}
        for review in self._list(f"/pulls/{pull.number}/reviews"):
            login, state = str((review.get("user") or {}).get("login", "")), review.get("state")
            if login and state in {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}:
                last.pop(login, None)
                last[login] = state == "APPROVED" and review.get("commit_id") == pull.head
        return [login for login, approved in last.items() if approved and self.may_write(login)]

    def set_status(self, commit: str, state: str, description: str) -> None:
        """Marks *commit*: success or failure."""
        self._send(
            "POST", f"/statuses/{commit}", {"state": state, "context": "weekly", "description": description[:140]}
        )

    def close(self) -> None:
        """Closes the connections."""
        self._http.close()

    def _pull_request(self, told: Mapping[str, Any]) -> PullRequest:
        head, base = told["head"], told["base"]
        return PullRequest(
            number=int(told["number"]),
            branch=str(head["ref"]),
            head=str(head["sha"]),
            base=str(base["ref"]),
            is_open=told["state"] == "open",
            is_own=(head.get("repo") or {}).get("full_name") == self._repository,
            merged_at=str(told.get("merged_at") or ""),
            merge_commit=str(told.get("merge_commit_sha") or ""),
            merged_by=str((told.get("merged_by") or {}).get("login", "")),
        )

    def _list(self, path: str, **query: str) -> Iterator[Any]:
        """Every row of a list, page by page as `Link` names them; raises FetchError where it has no end.

        https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
        """
        address = httpx.URL(path, params={**query, "per_page": "100"})
        for _ in range(PAGES):
            answer = self._read(address)
            yield from _data(answer)
            following = answer.links.get("next", {}).get("url")
            if not following:
                return
            address = answer.url.join(following)
            if address.netloc != answer.url.netloc:  # it would be given the token
                raise FetchError(f"{path}: its next page is on another host: {address.host}", url=path)
        raise FetchError(f"{path}: more than {PAGES} pages: nothing is told by a part of them", url=path)

    def _get(self, path: str, *, absent: Any = None) -> Any:
        answer = self._read(path)
        if absent is not None and answer.status_code == httpx.codes.NOT_FOUND:
            return absent
        return _data(answer)

    def _read(self, address: str | httpx.URL) -> httpx.Response:
        return self._until_answered(lambda: self._ask("GET", address))

    def _send(self, method: str, path: str, body: Mapping[str, Any], done: Callable[[], Any] = lambda: None) -> Any:
        """The answer; *done* is what has come of it where none came, and stays out where twice is as good as once."""
        return self._until_answered(lambda: _data(self._ask(method, path, json=body)), done)

    def _until_answered(self, ask: Callable[[], T], done: Callable[[], T | None] = lambda: None) -> T:
        """What *ask* gives, or *done* after a failure of theirs; asks again only where *done* finds nothing."""
        for _ in range(_TRIES - 1):
            try:
                return ask()
            except Unreachable:
                self._sleep(_PAUSE)
            if found := done():
                return found
        return ask()

    def _ask(self, method: str, path: str | httpx.URL, **more: Any) -> httpx.Response:
        """The answer; raises Unreachable where none came, or only the word that their server has failed."""
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            said = str(error) or type(error).__name__
            raise Unreachable(f"{method} {path}: no answer ({said})", url=str(path)) from error
        if answer.status_code >= _SERVER_ERRORS:
            raise Unreachable(f"{method} {path}: {answer.status_code}", url=str(path))
        return answer


def _data(answer: httpx.Response) -> Any:
    where = f"{answer.request.method} {answer.request.url.path}"
    if not answer.is_success:
        mend = {
            401: ": give the job its token",
            403: ": give the job the permission, as the workflows that 'weekly init --github' writes do",
        }
        raise FetchError(f"{where}: {answer.status_code}{mend.get(answer.status_code, '')}", url=where)
    try:
        return answer.json()
    except ValueError as error:
        raise FetchError(f"{where}: not JSON", url=where) from error
