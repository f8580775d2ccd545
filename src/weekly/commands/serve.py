"""serve: the public pages, with subscription and archive."""

from __future__ import annotations

from weekly.commands.console import HostOption, PortOption, command_workspace


def serve(
    *,
    port: PortOption = 8025,
    host: HostOption = "127.0.0.1",
) -> None:
    """Serves subscribe, confirm, preferences, unsubscribe, the archive and its feed."""
    from weekly.web.app import create
    from weekly.web.serving import listening, run

    with command_workspace() as workspace:
        app = create(workspace)
        with listening(host, port, "/") as (listener, _):
            run(app, listener, workspace.settings.serve.trusted_proxies)
