"""schedule: when what runs."""

from __future__ import annotations

from cyclopts import App

from weekly.commands.console import LOOK, JsonOption, command_workspace, say_json, say_table

schedule = App(name="schedule", help="When what runs by itself.", group=LOOK)


@schedule.command(name="next")
def next_(*, json: JsonOption = False) -> None:
    """Says when each part of the work runs next, by the cron lines under [schedule] in weekly.toml."""
    from weekly.schedule import planned_runs

    with command_workspace() as workspace:
        rows, zone = planned_runs(workspace.settings, workspace.clock()), workspace.settings.newsletter.timezone
    if json:
        facts = [(row.what, row.cron, row.at.isoformat() if row.at else None) for row in rows]
        say_json([{"what": what, "cron": cron, "timezone": zone, "next": at} for what, cron, at in facts])
        return
    shown = [(r.what, f"{r.at:%a %Y-%m-%d %H:%M %Z}" if r.at else "never by itself", r.cron) for r in rows]
    say_table(("what", f"next ({zone})", "cron"), shown)
