"""One sending process: what it says and how it ends."""

from __future__ import annotations

import json
import os

import pytest

from flows.sender import TEMPORARY, main
from tests.flows.conftest import WEEK
from tests.published import publish_issue
from weekly.workspace import open_workspace


def test_a_sender_sends_and_prints_the_counts(demo, capsys):
    with open_workspace(demo) as workspace:
        publish_issue(workspace, ["ada@example.org"])
    main([str(demo), str(WEEK), str(os.getppid())])
    assert json.loads(capsys.readouterr().out)["sent"] == 1


def test_what_a_person_has_to_mend_and_what_may_pass_end_in_one_line_and_a_status_each(demo, capsys):
    with pytest.raises(SystemExit) as refused:
        main([str(demo), str(WEEK), str(os.getppid())])
    assert refused.value.code == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    with (demo / "weekly.toml").open("a") as settings:
        settings.write('[database]\nurl = "postgresql://nobody@127.0.0.1:1/none"\n')
    with pytest.raises(SystemExit) as away:
        main([str(demo), str(WEEK), str(os.getppid())])
    assert away.value.code == TEMPORARY
    assert len(capsys.readouterr().err.splitlines()) == 1
