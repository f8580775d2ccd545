"""topics, rank: classifying and ranking lines of papers, without a week around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter

from weekly.commands.console import (
    LOOK,
    JsonOption,
    WeekOption,
    note,
    opened_week,
    progress,
    say,
    say_json,
    say_table,
    workspace_option,
)
from weekly.commands.papers import paper

if TYPE_CHECKING:
    from weekly.models import TopicScore
    from weekly.settings import Settings

Input = Annotated[Path, Parameter(name="--input", help="JSON lines; .gz by name.")]
Output = Annotated[Path, Parameter(name="--output", help="JSON lines; .gz by name.")]
BATCH = 1000

topics = App(name="topics", help="Classifying, and how well it does.", group=LOOK)


@topics.command
def classify(*, input_: Input, output: Output) -> None:
    """Adds topic, second topic and confidence to each line (title, optional abstract, categories, comment)."""
    from weekly import jsonl

    rows = (row for _, row in jsonl.read(input_))
    count = jsonl.write(output, ({**row, **_verdict(scores)} for row, scores in _classify_rows(rows)))
    say(f"{output}: {count} lines")


@topics.command(name="eval")
def evaluate(
    file: Annotated[Path, Parameter(name="FILE", help="JSON lines with title, topic, optional abstract; .gz by name.")],
    /,
    *,
    titles_only: Annotated[bool, Parameter(negative="", help="As if there were no abstracts and categories.")] = False,
    json: JsonOption = False,
) -> None:
    """Accuracy, macro-F1, calibration, a confusion table and the worst pairs on lines whose topics are known."""
    from weekly import jsonl
    from weekly.classify.examples import judge, read_example, title_only
    from weekly.classify.measure import figures, summary
    from weekly.stages.assess import classifier

    settings, root = _settings()
    examples = [read_example(row, place) for place, row in jsonl.read(file)]
    judged = judge(
        [title_only(example) for example in examples] if titles_only else examples, classifier(settings, root)
    )
    if json:
        say_json(figures(judged))
    else:
        say(summary(judged))


@topics.command(name="try")
def try_out(
    *keywords: Annotated[str, Parameter(name="KEYWORD", help="A word or phrase, with a weight if wanted: 'storm=3'.")],
    week: WeekOption = None,
    json: JsonOption = False,
) -> None:
    """The entries of a week that a topic with these keywords would take, and where they stand now; changes nothing."""
    from weekly.classify.trial import keyword_weights, try_keywords
    from weekly.stages.assess import classifier

    weights = keyword_weights(keywords)
    with opened_week(week) as (workspace, chosen):
        with workspace.store.read() as tx:
            entries = tx.entries.of(chosen)
        now = classifier(workspace.settings, workspace.root)
        rows = try_keywords(weights, workspace.settings.topics, entries, now)
    if json:
        say_json(rows)
        return
    named = sum(row["topic"] == "this" for row in rows)
    say(f"{chosen}: {named} of {len(entries)} entries would be filed here, {len(rows) - named} more hold a keyword")
    columns = ("topic", "score", "now", "reason", "title")
    say_table(columns, [[row[name] for name in columns] for row in rows[:60]], right=("score",))


@topics.command
def suggest(
    *,
    week: WeekOption = None,
    weeks: Annotated[int, Parameter(help="How many weeks back, this one included.")] = 8,
    json: JsonOption = False,
) -> None:
    """Topics that the collected entries fall into: name, keywords and three examples each, ready for weekly.toml."""
    from weekly.classify.suggest import as_toml, suggest_topics
    from weekly.models import Kind

    with opened_week(week) as (workspace, chosen), workspace.store.read() as tx:
        entries = [entry for back in range(max(weeks, 1)) for entry in tx.entries.of(chosen.shift(-back))]
    papers = [entry for entry in entries if entry.kind is Kind.PAPER]
    found = suggest_topics(papers or entries)
    if json:
        say_json([{**asdict(one), "keywords": dict(one.keywords)} for one in found])
    elif found:
        say("\n".join(map(as_toml, found)))
    else:
        note(f"{chosen}: {len(entries)} entries in {weeks} weeks are too few to suggest topics: collect more first")


def rank(*, input_: Input, output: Output) -> None:
    """Adds a score to each paper and sorts them, best first."""
    from weekly import jsonl
    from weekly.models import Work
    from weekly.select.identity import keys
    from weekly.select.rank import rank as ranked
    from weekly.stages.assess import assess, interests, selection_weights

    settings, root = _settings()
    rows, works = [], []
    for number, (_, row) in enumerate(jsonl.read(input_)):
        entry = paper(row)
        rows.append(row)
        works.append(Work(id=f"{number:09d}", keys=keys(entry), entries=(entry,)))
    with progress() as tell:
        best = ranked(assess(settings, root, works, progress=tell), selection_weights(root, interests(settings)))
    count = jsonl.write(output, ({**rows[int(one.work.id)], "score": one.score} for one in best))
    say(f"{output}: {count} lines")


def _classify_rows(rows: Iterator[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], tuple[TopicScore, ...]]]:
    """Each row with its topics, batch by batch, so that a long file needs little memory."""
    from weekly.stages.assess import classifier

    settings, root = _settings()
    files = classifier(settings, root)
    while batch := list(islice(rows, BATCH)):
        yield from zip(batch, files.classify([paper(row) for row in batch]), strict=True)


def _settings() -> tuple[Settings, Path]:
    """The workspace's settings, or the defaults where there is no workspace."""
    from weekly.errors import WorkspaceError
    from weekly.settings import Settings, find_workspace, load

    try:
        root = find_workspace(workspace_option.get())
    except WorkspaceError:
        if workspace_option.get() is not None:
            raise
        return Settings(), Path.cwd()
    return load(root), root


def _verdict(scores: Sequence[TopicScore]) -> dict[str, Any]:
    best, second = scores[0], scores[1] if len(scores) > 1 else None
    return {"topic": best.topic, "second": second.topic if second else None, "confidence": round(best.score, 4)}
