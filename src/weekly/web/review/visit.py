"""One request to the review page: its editor, its week, the fields sent with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from typing import Any, TypeAlias
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from weekly.errors import Blocked, Conflict, NotApproved, ParseError, StageError, WeekError, WeeklyError
from weekly.models import Week
from weekly.text import storable
from weekly.web.review.catalogue import Catalogue, catalogue
from weekly.web.review.languages import language_of
from weekly.web.review.site import ReviewSite

_VERSION = re.compile(r"([0-9]{1,15})\.")
_STATUS: tuple[tuple[type[WeeklyError], int], ...] = (
    (WeekError, 404),
    (ParseError, 422),
    (Conflict, 409),
    (Blocked, 409),
    (NotApproved, 403),
    (StageError, 409),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request to the review page, as its handlers get it."""

    site: ReviewSite
    request: Request
    week: Week
    editor: str
    fields: Mapping[str, str]
    """What a form or a JSON object sent, each name once."""
    lists: Mapping[str, list[str]]
    """The same with every value of a name."""
    began: int
    """The newest entry of the week's log when the request came."""
    language: str
    """What the editor reads: `zh` or `en`."""

    @property
    def since(self) -> int:
        """The entry of the log up to which the page knows what has happened."""
        known = _VERSION.match(self.sent("since") or self.query("since"))
        return min(int(known[1]), self.began) if known else self.began

    @property
    def wants_json(self) -> bool:
        """Whether a program of ours asks, not a browser that shows the answer."""
        return "application/json" in self.request.headers.get("accept", "")

    def query(self, name: str) -> str:
        """A parameter of the address."""
        return storable(self.request.query_params.get(name, ""))

    def sent(self, name: str) -> str:
        """A field that was sent; empty when it was not."""
        return self.fields.get(name, "")

    @property
    def strings(self) -> Catalogue:
        """What the page says in the editor's language."""
        return catalogue(self.language)

    def path(self, rest: str = "", **query: str) -> str:
        """An address of this week's pages."""
        return path(self.week, rest, **query)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:
        """A page."""
        return self.site.page(
            template,
            status,
            language=self.language,
            week=str(self.week),
            editor=self.editor,
            path=self.path,
            **{"version": f"{self.began}.0", **context},
        )


Handler: TypeAlias = Callable[[Visit], Response]


def path(week: Week, rest: str = "", **query: str) -> str:
    """An address of a week's pages."""
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items() if value)
    return f"/review/{week}{rest}" + (f"?{asked}" if asked else "")


def page(handler: Handler) -> Callable[[Request], Any]:
    """The endpoint of a page that only editors see."""

    async def endpoint(request: Request) -> Response:
        body = await read_body(request)
        return await run_in_threadpool(answer, request, handler, body)

    return endpoint


def page_of_no_week(handler: Callable[[ReviewSite, str], Response], refusal: str) -> Callable[[Request], Any]:
    """The endpoint of a page that only editors see and that is about all weeks; strangers read *refusal*."""

    def show(request: Request) -> Response:
        site: ReviewSite = request.app.state.site
        editor = site.who(request)
        return handler(site, editor) if editor else refuse(site, request, 401, refusal)

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(show, request)

    return endpoint


def answer(request: Request, handler: Handler, body: bytes) -> Response:
    """What *handler* answers; an error of ours becomes one line with its status."""
    visit = enter(request, body)
    if isinstance(visit, Response):
        return visit
    try:
        return handler(visit)
    except WeeklyError as error:
        return error_response(visit.site, request, error)


def enter(request: Request, body: bytes) -> Visit | Response:
    """The visit of an editor; an answer to whoever is none, or sends what cannot be read."""
    site: ReviewSite = request.app.state.site
    try:
        week = Week.parse(request.path_params["week"])
        if request.method == "GET" and (token := request.query_params.get("token")):
            return _enter(site, request, token)
        editor = site.who(request)
        if not editor:
            return refuse(site, request, 401, "Sign in to review this week.")
        fields, lists = read_fields(request, body)
        with site.workspace.store.read() as tx:
            began = tx.reviews.length(week)
        language = language_of(site.workspace, editor)
        return Visit(
            site=site,
            request=request,
            week=week,
            editor=editor,
            fields=fields,
            lists=lists,
            began=began,
            language=language,
        )
    except WeeklyError as error:
        return error_response(site, request, error)


def error_response(site: ReviewSite, request: Request, error: WeeklyError) -> Response:
    """The answer that says what is wrong and the mend."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    return refuse(site, request, status, str(error))


def refuse(site: ReviewSite, request: Request, status: int, message: str) -> Response:
    """A refusal in one line."""
    language = language_of(site.workspace, site.who(request))
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"error": catalogue(language).message(message)[0]}, status)
    template = "sign_in.html.j2" if status == 401 else "message.html.j2"  # noqa: PLR2004 - RFC 9110
    shown = {"message": message, "next": request.url.path, "editors": site.editors}
    return site.page(template, status, language=language, **shown)


def _enter(site: ReviewSite, request: Request, token: str) -> Response:
    name = site.enter(request, token, request.query_params.get("as", ""))
    if not name:
        return refuse(site, request, 401, "This link does not open the page: it is wrong or too old.")
    asked = [(key, value) for key, value in request.query_params.multi_items() if key not in {"token", "as"}]
    left = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in asked)
    response = RedirectResponse(request.url.path + (f"?{left}" if left else ""), 303)
    site.sign_in(request, response, name)
    return response


async def read_body(request: Request) -> bytes:
    """The request's body; raises HTTPException when it is not whole."""
    if request.method in {"GET", "HEAD"}:
        return b""
    try:
        return await request.body()
    except ClientDisconnect:
        # A window that was closed while it saved: nobody waits for an answer, and nothing is wrong here.
        raise HTTPException(400, "The request broke off.") from None


def read_fields(request: Request, body: bytes) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The fields of a form or of a flat JSON object; raises ParseError, or HTTPException (400), for anything else."""
    if not body:
        return {}, {}
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() == "application/json":
        lists = _json(body)
    elif kind.lower().startswith("multipart/form-data"):
        lists = _parts(kind, body)
    else:
        try:
            text = body.decode("utf-8", "replace")
            sent = parse_qs(text, keep_blank_values=True, max_num_fields=1000)
            lists = {name: list(map(storable, values)) for name, values in sent.items()}
        except ValueError as error:
            raise ParseError("the form cannot be read: it has too many fields") from error
    return {name: values[-1] for name, values in lists.items() if values}, lists


def _parts(kind: str, body: bytes) -> dict[str, list[str]]:
    """The parts of a form with a file (RFC 7578); the bytes of a file as that many characters, as Latin-1 has them."""
    head = f"Content-Type: {kind}\r\nMIME-Version: 1.0\r\n\r\n".encode("latin-1", "replace")
    lists: dict[str, list[str]] = {}
    form = BytesParser(policy=policy.HTTP).parsebytes(head + body)
    if not form.is_multipart() or form.defects:
        raise HTTPException(400, "The form cannot be read: its parts are broken.")
    for part in form.iter_parts():
        name = part.get_param("name", "", header="content-disposition")
        data = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(data, bytes):
            filed = part.get_filename() is not None
            text = data.decode("latin-1") if filed else storable(data.decode("utf-8", "replace"))
            lists.setdefault(name, []).append(text)
    return lists


def _json(body: bytes) -> dict[str, list[str]]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError("the body is not JSON") from error
    if not isinstance(data, dict):
        raise ParseError('the body: an object is needed, such as {"body": "…"}')
    lists = {name: value if isinstance(value, list) else [value] for name, value in data.items()}
    if wrong := next((name for name, values in lists.items() if not all(isinstance(one, str) for one in values)), None):
        raise ParseError(f"{storable(wrong[:40])}: a text is needed")
    return {name: list(map(storable, values)) for name, values in lists.items()}
