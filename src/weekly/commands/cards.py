"""draft facts, draft picture: what a card shows beside its text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

from cyclopts import Parameter
from cyclopts.validators import Number

from weekly.commands.console import ByOption, JsonOption, WeekOption, opened_week, say, say_json, say_table
from weekly.errors import WeeklyError, WorkspaceError

CardArgument: TypeAlias = Annotated[str, Parameter(help="The card, by its id.")]


def facts(
    card: CardArgument,
    /,
    *,
    authors: Annotated[tuple[str, ...] | None, Parameter(help="One author; once for each.", negative="")] = None,
    date: Annotated[str | None, Parameter(help="The day, such as 2025-04-09.")] = None,
    institutions: Annotated[tuple[str, ...] | None, Parameter(help="One; once for each.", negative="")] = None,
    venue: Annotated[str | None, Parameter(help="Where it appeared, such as CVPR 2025.")] = None,
    links: Annotated[
        tuple[str, ...] | None, Parameter(help="'KIND ADDRESS', such as 'code https://…'; once for each.", negative="")
    ] = None,
    week: WeekOption = None,
    by: ByOption = "editor",
    json: JsonOption = False,
) -> None:
    """Authors, date, institutions, venue and links of a card; what is given takes their place, '' empties it."""
    from weekly.review.approve import current_revision, find_card
    from weekly.review.facts import edit_facts, fact_fields

    given = {"authors": authors, "date": date, "institutions": institutions, "venue": venue, "links": links}
    changes = {
        name: text if isinstance(text, str) else "\n".join(text) for name, text in given.items() if text is not None
    }
    with opened_week(week) as (workspace, chosen):
        if changes:
            edit_facts(workspace, chosen, card, changes, by)
        revision = current_revision(workspace, chosen)
    told = {name: text.splitlines() for name, text in fact_fields(find_card(revision, card)).items()}
    if not json:
        say(f"{chosen}: {card} in draft v{revision.number}")
        say_table(("fact", "value"), [(name, line) for name, lines in told.items() for line in lines])
        return
    plain: dict[str, Any] = {**told, **{name: "".join(told[name]) for name in ("date", "venue")}}
    plain["links"] = [dict(zip(("kind", "url"), line.split(" ", 1), strict=True)) for line in told["links"]]
    say_json({"card": card, "version": revision.number, **plain})


def picture(
    card: CardArgument,
    /,
    *,
    figure: Annotated[
        int | None, Parameter(help="A figure of the paper, by its number.", validator=Number(gte=1))
    ] = None,
    address: Annotated[str, Parameter(help="The picture at this address.")] = "",
    file: Annotated[Path | None, Parameter(help="The picture in this file: PNG, JPEG, GIF or WebP.")] = None,
    none: Annotated[bool, Parameter(help="No picture.", negative="")] = False,
    week: WeekOption = None,
    by: ByOption = "editor",
    json: JsonOption = False,
) -> None:
    """The picture of a card, and the figures of its paper; or another picture in its place."""
    from weekly.review import pictures
    from weekly.review.approve import current_revision, find_card
    from weekly.store import codec

    if (figure is not None) + bool(address) + (file is not None) + none > 1:
        raise WeeklyError("--figure, --address, --file and --none: a card has one picture, give one of them")
    body = _read(file) if file else b""
    captions: list[tuple[int, str]] = []
    with opened_week(week) as (workspace, chosen):
        shown = find_card(current_revision(workspace, chosen), card)
        if figure is not None:
            pictures.choose_figure(workspace, chosen, shown, figure - 1, by)
        elif address:
            pictures.choose_address(workspace, chosen, shown, address, by)
        elif file:
            pictures.upload(workspace, chosen, shown, body, by)
        elif none:
            pictures.remove(workspace, chosen, shown, by)
        else:
            captions = [
                (number, text) for number, (_, text) in enumerate(pictures.figures(workspace, chosen, shown), 1)
            ]
        revision = current_revision(workspace, chosen)
    stands = find_card(revision, card).picture
    if json:
        told = codec.plain(stands) if stands else None
        figures = [{"number": number, "caption": caption} for number, caption in captions]
        say_json({"card": card, "version": revision.number, "picture": told, "figures": figures})
        return
    said = f"{stands.file}, {stands.width} × {stands.height}: {stands.alt}" if stands else "no picture"
    say(f"{chosen}: {card} in draft v{revision.number}: {said}")
    if captions:
        say_table(("figure", "caption"), captions, right=("figure",))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{file}: cannot be read: {error.strerror}") from error
