"""serve: the readers' pages."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from weekly.commands.console import opened


def serve(
    *,
    port: Annotated[int, Parameter(help="0 takes a free one.", validator=Number(gte=0, lte=65535))] = 8025,
    host: Annotated[str, Parameter(help="Where to listen; put a proxy with TLS before it.")] = "127.0.0.1",
) -> None:
    """Serves subscribe, confirm, preferences, unsubscribe, the archive and its feed."""
    from weekly.web.app import create
    from weekly.web.serving import serve as run

    with opened() as workspace:
        run(create(workspace), host, port)
