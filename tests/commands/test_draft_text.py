from __future__ import annotations

import gzip
import json

import pytest

from tests.drafting.endpoint import endpoint, says
from tests.drafting.works import ABSTRACT
from weekly.cli import main

ROW = {"title": "OmniSVG: A Unified Model", "abstract": ABSTRACT, "comment": "CVPR 2025", "mine": 7}


def run(*arguments: str) -> None:
    main(list(arguments))


def draft_text(tmp_path, rows, *more, name="in.jsonl", output="out.jsonl", settings="") -> list[dict]:
    (tmp_path / "weekly.toml").write_text(settings)
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    places = ["--input", str(tmp_path / name), "--output", str(tmp_path / output)]
    run("--workspace", str(tmp_path), "draft-text", *places, *more)
    written = (tmp_path / output).read_bytes()
    return [json.loads(line) for line in (gzip.decompress(written) if output.endswith(".gz") else written).splitlines()]


def test_each_line_comes_back_with_its_card(tmp_path):
    (row,) = draft_text(tmp_path, [ROW])
    assert row["mine"] == 7
    assert row["summary"].startswith("**OmniSVG** 是框架（CVPR 2025），附代码。\n\n**提出**（")
    assert row["findings"] == []
    assert {one["url"] for one in row["links"]} == {"https://github.com/OmniSVG/OmniSVG"}
    assert "OmniSVG" in row["tags"]
    assert all(one["quote"] in f"{ABSTRACT} CVPR 2025" for one in row["evidence"])


def test_english_and_compressed(tmp_path):
    (row,) = draft_text(tmp_path, [ROW], "--language", "en", name="in.jsonl.gz", output="out.jsonl.gz")
    assert row["summary"].startswith("**OmniSVG** is a framework (CVPR 2025), with code.\n\n**Proposal**: We propose")


def test_a_summary_beside_its_abstract_is_checked_not_written(tmp_path):
    good, bad = draft_text(
        tmp_path,
        [{**ROW, "summary": "OmniSVG 让 FID 改善 12.5 %。"}, {**ROW, "summary": "清华大学的 OmniSVG 改善 99%。"}],
    )
    assert (good["summary"], good["findings"]) == ("OmniSVG 让 FID 改善 12.5 %。", [])
    assert {one["check"] for one in bad["findings"]} == {"numbers", "institutions"}


def test_quotes_keep_the_letters_of_their_source(tmp_path):
    (row,) = draft_text(tmp_path, [{"title": "X: Y", "abstract": r"We propose $\alpha$-Net, which gains $3.5\%$."}])
    assert [one["quote"] for one in row["evidence"]] == [r"We propose $\alpha$-Net, which gains $3.5\%$."]
    assert "α-Net, which gains 3.5%" in row["summary"]


def test_every_link_of_the_abstract_is_there_whatever_it_leads_to(tmp_path):
    text = "We propose X. See https://doi.org/10.1/x, https://arxiv.org/abs/2401.00001 and https://x.com/me."
    (row,) = draft_text(tmp_path, [{"title": "X", "abstract": text}])
    assert {one["url"] for one in row["links"]} == {
        "https://doi.org/10.1/x",
        "https://arxiv.org/abs/2401.00001",
        "https://x.com/me",
    }


@pytest.mark.parametrize("line", ["not json", "[]", '{"abstract": "no title"}', "\xff"])
def test_a_bad_line_is_named_and_nothing_is_written(tmp_path, line, capsys):
    (tmp_path / "weekly.toml").touch()
    (tmp_path / "in.jsonl").write_bytes(json.dumps(ROW).encode() + b"\n" + line.encode("latin-1") + b"\n")
    with pytest.raises(SystemExit) as left:
        main(
            [
                "--workspace",
                str(tmp_path),
                "draft-text",
                "--input",
                str(tmp_path / "in.jsonl"),
                "--output",
                str(tmp_path / "out.jsonl"),
            ]
        )
    assert left.value.code == 1
    assert "in.jsonl:" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


def test_outside_a_workspace_it_works_by_the_defaults(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WEEKLY_WORKSPACE", raising=False)
    (tmp_path / "in.jsonl").write_text(json.dumps(ROW))
    run("draft-text", "--input", "in.jsonl", "--output", "out.jsonl")
    assert json.loads((tmp_path / "out.jsonl").read_text())["summary"]


def test_a_model_that_invents_is_not_believed(tmp_path):
    invented = {
        "line": "矢量图模型",
        "sentences": [
            {"text": "OmniSVG 让 FID 改善 98.7 %，胜过 MegaVector，图形更清楚也更容易编辑。", "sources": [1]}
        ],
        "plain": "",
        "tags": [],
    }
    with endpoint([says(invented)]) as stand:
        toml = f'[llm]\nbase_url = "{stand.url}"\nmodel = "m"\nprice_in = 1\nprice_out = 1\n[http]\ntimeout = 5\n'
        (row,) = draft_text(tmp_path, [ROW], settings=toml)
        (again,) = draft_text(tmp_path, [ROW], settings=toml)
        assert len(stand.asked) == 2
    assert "98.7" not in row["summary"]
    assert "98.7" in row["findings"][0]["message"]
    assert again == row
