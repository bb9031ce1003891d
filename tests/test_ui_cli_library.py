"""The command line on a real library, from an empty folder to a removed article."""

import json

import pytest
from fakes import FakeEmbedder

from corpus import library as library_module
from ui.cli import main

RECORDS = [
    {
        "id": "storm",
        "title": "Storm",
        "published": "2022-06-13",
        "outlet": "CNN",
        "text": "A storm hit Ohio on Monday.",
    },
    {"id": "vote", "title": "Vote", "published": "2022-06-14", "outlet": "BBC", "text": "Kenya went to the polls."},
]


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(library_module, "SentenceEmbedder", FakeEmbedder)
    monkeypatch.setenv("PRESSMARK_LIBRARY", str(tmp_path / "library"))

    def run_command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--json"])
        written = capsys.readouterr()
        return ended.value.code or 0, json.loads(written.out) if written.out else None, written.err

    return run_command


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join([*(json.dumps(record) for record in RECORDS), "{broken"]))
    return str(path)


def test_what_goes_in_is_listed_shown_checked_and_removed(run, source):
    status, report, _ = run("ingest", source)
    assert (status, report["added"], len(report["failed"])) == (3, 2, 1)
    assert (report["failed"][0]["where"], report["failed"][0]["line"]) == (source, 3)

    _, listed, _ = run("articles", "list")
    assert [article["id"] for article in listed["articles"]] == ["vote", "storm"]
    _, shown, _ = run("articles", "show", "storm")
    assert {key: shown[key] for key in RECORDS[0]} == RECORDS[0]
    assert (shown["revision"], shown["passages"]) == (1, 1)
    assert run("check")[:2] == (0, {"ok": True, "problems": [], "repaired": []})

    _, removed, _ = run("articles", "remove", "storm", "--yes")
    assert removed == {
        "removed": ["storm"],
        "revisions": 1,
        "passages": 1,
        "addresses": 0,
        "withheld": 0,
        "failed": [],
    }
    assert run("articles", "show", "storm")[0] == 1
    assert [article["id"] for article in run("articles", "list")[1]["articles"]] == ["vote"]


def test_articles_that_are_there_already_stay_unchanged(run, source):
    run("ingest", source)
    _, report, _ = run("ingest", source)
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, 2)


def test_a_slip_of_the_pen_makes_no_new_library(run, tmp_path):
    status, printed, err = run("articles", "list", "--library", str(tmp_path / "libary"))
    assert (status, printed) == (1, None)
    assert "there is no library" in err
    assert not (tmp_path / "libary").exists()


def test_a_source_that_is_not_there_fails_with_its_name(run, tmp_path):
    status, report, _ = run("ingest", str(tmp_path / "none.jsonl"))
    assert status == 1
    assert "none.jsonl" in report["failed"][0]["where"]
