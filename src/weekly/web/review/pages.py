"""The read-only views: inbox, order, preview, approval, log."""

from __future__ import annotations

from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response

from weekly.archive.growth import growth
from weekly.drafting.glossary import glossary
from weekly.models import BlockKind, Draft, Status
from weekly.render.paths import PICTURES
from weekly.review.approve import current_revision, find_card
from weekly.review.blocks import version as block_version
from weekly.review.edit import covers, etag, fields, head, head_etag
from weekly.review.invitations import invitations
from weekly.review.looks import changes_since, note_arrival, note_look, unopened
from weekly.review.preview import renderer
from weekly.stages.draft import pictures
from weekly.web.guard import MAIL_POLICY
from weekly.web.review import issue_view, template_context
from weekly.web.review.text_diff import changed_share
from weekly.web.review.visit import Visit, path

_TYPES = {".png": "image/png", ".jpg": "image/jpeg"}


def inbox(visit: Visit) -> Response:
    """The candidates with one of them open."""
    workspace, version = visit.site.workspace, template_context.page_version(visit)
    revision = current_revision(workspace, visit.week)
    visit.site.redraw(visit.week, revision.draft)
    with workspace.store.read() as tx:
        candidates = tx.candidates.ranking(visit.week)
    matches = template_context.matches(visit, revision, candidates)
    pending = (one.work.id for _, one in matches if one.status is Status.PENDING)
    wanted = visit.query("card") or next(pending, "") or (matches[0][1].work.id if matches else "")
    chosen = next((candidate for candidate in candidates if candidate.work.id == wanted), None)
    note_arrival(workspace, visit.week, visit.editor, revision)
    note_look(workspace, visit.week, visit.editor, revision, wanted)
    rows = template_context.rows(visit, revision, matches, wanted)
    return visit.render(
        "inbox.html.j2",
        view="inbox",
        version=version,
        rows=rows,
        left_out=len(matches) - len(rows),
        chosen=wanted,
        filters=template_context.filters(candidates),
        asked={name: visit.query(name) for name in template_context.ASKED},
        **template_context.overview(visit, revision, {one.work.id: one.status for one in candidates}),
        **template_context.panel(visit, revision, chosen),
    )


def panel(visit: Visit) -> Response:
    """One candidate as a piece of the inbox; the others are told that it is open here."""
    workspace = visit.site.workspace
    revision = current_revision(workspace, visit.week)
    with workspace.store.write() as tx:
        tx.reviews.set_presence(visit.week, visit.editor, visit.query("card")[:500], workspace.clock())
    with workspace.store.read() as tx:
        candidate = tx.candidates.find(visit.week, visit.query("card"))
    note_look(workspace, visit.week, visit.editor, revision, visit.query("card"))
    context = template_context.panel(visit, revision, candidate)
    topics, names = workspace.settings.topics, template_context.topic_names(visit)
    return visit.render(
        "panel.html.j2",
        200 if candidate else 404,
        chosen=visit.query("card"),
        topics=topics,
        topic_names=names,
        **context,
    )


def status(visit: Visit) -> Response:
    """The state of the page, for a page that is open: decisions, findings, size, approval, who is here."""
    revision = current_revision(visit.site.workspace, visit.week)
    glance = template_context.overview(visit, revision)
    bar = visit.site.page(
        "bar.html.j2",
        language=visit.language,
        view="",
        week=str(visit.week),
        editor=visit.editor,
        path=visit.path,
        **glance,
    )
    findings = [template_context.finding_data(visit, finding) for finding in glance["shown"].findings]
    top = bytes(bar.body).decode()
    news = template_context.state(visit, visit.since if visit.sent("since") else None)
    told = {**news, "findings": findings, "size": glance["shown"].size, "bar": top}
    return JSONResponse({**told, **template_context.company(visit)})


def card(visit: Visit) -> Response:
    """The text of a card with its version."""
    shown = find_card(current_revision(visit.site.workspace, visit.week), visit.query("id"))
    return JSONResponse(fields(shown), headers={"ETag": f'"{etag(shown)}"'})


def order(visit: Visit) -> Response:
    """The issue: its head, and its cards in their order."""
    revision = current_revision(visit.site.workspace, visit.week)
    visit.site.redraw(visit.week, revision.draft)
    note_arrival(visit.site.workspace, visit.week, visit.editor, revision)
    draft = revision.draft
    return visit.render(
        "order.html.j2",
        view="order",
        draft=draft,
        head=head(draft),
        etag=head_etag(draft),
        covers=covers(draft),
        blocks=[(number, block, block_version(block)) for number, block in enumerate(draft.blocks, 1)],
        block_kinds=[kind.value for kind in BlockKind],
        most_blocks=visit.site.workspace.settings.newsletter.blocks,
        groups=issue_view.mailed_groups(visit, draft),
        statuses=template_context.card_statuses(visit, draft),
        **template_context.overview(visit, revision),
    )


def preview(visit: Visit) -> Response:
    """The mail in its frame, as wide as a page or a telephone."""
    revision = current_revision(visit.site.workspace, visit.week)
    note_look(visit.site.workspace, visit.week, visit.editor, revision)
    asking, probed = visit.query("asked") == "links", str(visit.week) in visit.site.probed
    return visit.render(
        "preview.html.j2", view="preview", asking=asking, probed=probed, **template_context.overview(visit, revision)
    )


def preview_mail(visit: Visit) -> Response:
    """The mail with its pictures from here, where they wait until they are published."""
    return mail_frame(visit, path(visit.week, "/pictures/"))


def mail_frame(visit: Visit, base: str) -> Response:
    """The mail for a frame, its pictures at *base*."""
    html = visit.site.shown(current_revision(visit.site.workspace, visit.week)).mail.html
    published = f"{renderer(visit.site.workspace).address(visit.week)}{PICTURES}/"
    return HTMLResponse(html.replace(published, base), headers={"Content-Security-Policy": MAIL_POLICY})


def exact_mail(visit: Visit) -> Response:
    """The bytes of the mail's HTML, as the sender would get them."""
    html = visit.site.shown(current_revision(visit.site.workspace, visit.week)).mail.html
    return HTMLResponse(html, headers={"Content-Security-Policy": MAIL_POLICY})


def plain_mail(visit: Visit) -> Response:
    """The mail as plain text."""
    return PlainTextResponse(visit.site.shown(current_revision(visit.site.workspace, visit.week)).mail.text)


def grown_pages(visit: Visit) -> Response:
    """How the collections and the handbook would grow, as differences of their files."""
    workspace = visit.site.workspace
    diffs = "\n".join(growth(workspace, current_revision(workspace, visit.week).draft))
    return PlainTextResponse(diffs or visit.strings.say("No page grows."))


def picture(visit: Visit) -> Response:
    """A picture of the draft; no other file of the workspace can be asked for."""
    return draft_picture(visit, current_revision(visit.site.workspace, visit.week).draft)


def draft_picture(visit: Visit, draft: Draft) -> Response:
    """A picture that *draft* shows."""
    name = visit.request.path_params["file"]
    shown = next((cover for cover in covers(draft) if cover.file == name), None)
    place = pictures(visit.site.workspace).path(shown) if shown else None
    if place is None or not place.is_file() or place.suffix not in _TYPES:
        return PlainTextResponse("No such picture.\n", 404)
    return FileResponse(place, media_type=_TYPES[place.suffix])


def approval(visit: Visit) -> Response:
    """What is about to be approved: subject, recipients, size, findings, how much of it the machine wrote."""
    workspace = visit.site.workspace
    revision = current_revision(workspace, visit.week)
    glance = template_context.overview(visit, revision)
    statuses = template_context.card_statuses(visit, revision.draft)
    with workspace.store.read() as tx:
        audience, links = tx.subscribers.active_count(), invitations(tx, visit.week)
        changed = changes_since(tx, visit.week, visit.editor, revision)
        closed = unopened(tx, visit.week, visit.editor, revision.draft)
    return visit.render(
        "approve.html.j2",
        view="approve",
        fragment=bool(visit.query("fragment")),
        audience=audience,
        news=[(one, template_context.spans(one)) for one in changed],
        unopened=closed,
        changed=changed_percent(visit, revision.draft),
        undecided=[card.name for card in revision.draft.cards if statuses.get(card.id) is Status.PENDING],
        zone=workspace.settings.newsletter.timezone,
        wait=workspace.settings.review.wait,
        invitation=visit.query("invitation"),
        invitations=links,
        own_address=workspace.settings.review.address_of(visit.editor),
        tested=visit.query("tested"),
        **glance,
    )


def changed_percent(visit: Visit, draft: Draft) -> float:
    """How much of the issue people have changed since the machine wrote it."""
    with visit.site.workspace.store.read() as tx:
        machine = tx.drafts.find_untouched(visit.week)
    if machine is None:
        return 100.0
    before = {card.id: card.summary for card in machine.draft.cards}
    shares = [changed_share(before.get(card.id, ""), card.summary) for card in draft.cards]
    return 100 * sum(shares) / max(1, len(shares))


def tags(visit: Visit) -> Response:
    """The tags that the glossary and the latest issues have, to be completed while one writes."""
    workspace = visit.site.workspace
    with workspace.store.read() as tx:
        latest = [card.tags for issue in tx.issues.all()[:20] for card in issue.draft.cards]
    used = (tag for tags in latest for tag in tags)
    terms = glossary(workspace.root).names(workspace.settings.newsletter.language)
    return JSONResponse(sorted({*used, *terms}, key=str.casefold))


def log(visit: Visit) -> Response:
    """Who did what when."""
    revision = current_revision(visit.site.workspace, visit.week)
    with visit.site.workspace.store.read() as tx:
        entries = tx.reviews.history(visit.week, limit=500)
        candidates = tx.candidates.of(visit.week, {entry.card for entry in entries})
    return visit.render(
        "log.html.j2",
        view="log",
        entries=entries,
        titles={identifier: candidate.work.lead.title[:300] for identifier, candidate in candidates.items()},
        tz=visit.site.workspace.settings.newsletter.zone,
        **template_context.overview(visit, revision),
    )
