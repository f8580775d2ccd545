"""What an editor does with the words beside the cards."""

from __future__ import annotations

import re

from starlette.responses import Response

from weekly.errors import ParseError
from weekly.review import blocks
from weekly.review.blocks import BlockFields
from weekly.web.review.decisions import done
from weekly.web.review.visit import Visit

_STEPS = {"up": -1, "down": 1}


def change(visit: Visit) -> Response:
    """Adds, edits, moves or removes a block, as the button says."""
    workspace, week, by, act = visit.site.workspace, visit.week, visit.editor, visit.sent("act")
    fields = BlockFields(**{name: visit.sent(name) for name in ("kind", "title", "body", "after")})
    if act == "add":
        blocks.add(workspace, week, fields, by)
    elif act == "edit":
        blocks.edit(workspace, week, _number(visit), fields, by, visit.sent("etag"))
    elif act == "remove":
        blocks.remove(workspace, week, _number(visit), by, visit.sent("etag"))
    elif act in _STEPS:
        blocks.move(workspace, week, _number(visit), _STEPS[act], by, visit.sent("etag"))
    else:
        raise ParseError("act: add, edit, up, down or remove is needed")
    return done(visit, visit.path("/order") + "#blocks")


def _number(visit: Visit) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", visit.sent("number")):
        raise ParseError("number: which block?")
    return int(visit.sent("number"))
