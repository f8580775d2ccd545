"""The mail of the draft, sent to the editor who asks for it."""

from __future__ import annotations

from starlette.responses import Response

from weekly.delivery.deliver import send_test_mail
from weekly.errors import StageError
from weekly.models import State
from weekly.subscribers.addresses import address
from weekly.web.review.decisions import done
from weekly.web.review.visit import Visit


def send(visit: Visit) -> Response:
    """The draft as it stands, to the address that the settings have for this editor, else to the one they give."""
    workspace = visit.site.workspace
    to = workspace.settings.review.address_of(visit.editor) or address(visit.sent("to"))
    outcome = send_test_mail(workspace, visit.week, to, of_draft=True)
    if outcome.state is not State.SENT:
        raise StageError(f"the test mail to {to} is {outcome.state.value}: {outcome.detail}")
    return done(visit, visit.path("/approve", tested=to), sent=to)
