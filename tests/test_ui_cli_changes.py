"""`articles diff`, `articles changes` and `articles remove` with filters, on a real library."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from corpus import Article
from corpus import library as library_module
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import open_fake, put, some_article
from ui.cli.main import main

FLOOD = Article(
    id="flood",
    text="Rain fell on Kora. The mayor said that 93 people had died. Nobody else was hurt.",
    title="Flood \x1b[2Jat Kora",
    outlet="The Gazette",
    published="2021-03-04",
    fetched="2021-03-04T10:00:00+00:00",
    url="https://news.example/flood",
)
CORRECTED = replace(FLOOD, text=FLOOD.text.replace("93", "39"), fetched="2021-03-06T10:00:00+00:00")
DECLARED = replace(
    CORRECTED,
    text=CORRECTED.text.replace("Nobody", "No one") + " Correction: the toll is 39.",
    fetched="2021-03-08T10:00:00+00:00",
)

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setattr(library_module, "SentenceEmbedder", FakeEmbedder)
    monkeypatch.setenv("PRESSMARK_LIBRARY", str(tmp_path))
    with open_fake(tmp_path) as library:
        put(library, FLOOD, CORRECTED, DECLARED)
        put(library, *(replace(some_article(number), source="/in/wire.jsonl") for number in range(6)))

    def run_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run_command


def told(run: Run, *arguments: str) -> Any:
    return json.loads(run(*arguments, "--json")[1])


def test_a_difference_is_shown_in_plain_words(run: Run) -> None:
    status, out, _ = run("articles", "diff", "flood", "--to", "2")
    assert status == 0
    assert "~ The mayor said that [-93-] {+39+} people had died." in out
    assert "revision 1, read 2021-03-04T10:00:00+00:00 → revision 2" in out
    assert "\x1b[2J" not in out
    _, out, _ = run("articles", "diff", "https://news.example/flood")
    assert "[-Nobody-] {+No one+} else was hurt." in out
    assert "+ Correction: the toll is 39." in out


def test_a_difference_as_json_holds_both_texts(run: Run) -> None:
    found = told(run, "articles", "diff", "flood", "--from", "1", "--to", "3")
    assert (found["id"], found["from"]["revision"], found["to"]["revision"]) == ("flood", 1, 3)
    assert found["to"]["fetched"] == DECLARED.fetched
    assert not found["typographic"]
    assert " ".join(piece["before"] for piece in found["pieces"] if piece["before"]) == FLOOD.text
    assert [piece["kind"] for piece in found["pieces"]] == ["same", "changed", "changed", "added"]
    kinds = [stretch["kind"] for stretch in found["pieces"][1]["stretches"]]
    assert kinds == ["same", "removed", "added", "same"]


def test_a_revision_that_is_not_there_is_told(run: Run) -> None:
    status, _, err = run("articles", "diff", "flood", "--to", "7")
    assert status == 1
    assert "has revisions 1 to 3, none of number 7" in err
    assert run("articles", "diff", "nothing")[0] == 1


def test_an_article_of_one_revision_has_no_changes(run: Run) -> None:
    assert "It has not changed since it was first read" in run("articles", "diff", "a1")[1]
    assert "The text is the same." in run("articles", "diff", "flood", "--from", "2", "--to", "2")[1]


def test_changes_are_listed_newest_first_with_whether_the_outlet_said_so(run: Run) -> None:
    changes = told(run, "articles", "changes")["changes"]
    assert [(one["kind"], one["revision"], one["read_before"], one["read_after"]) for one in changes] == [
        ("declared", 3, CORRECTED.fetched, DECLARED.fetched),
        ("silent", 2, FLOOD.fetched, CORRECTED.fetched),
    ]
    assert changes[0]["note"] == "Correction: the toll is 39."
    assert changes[1]["changes"] == ["93 → 39"]
    status, out, _ = run("articles", "changes")
    assert status == 0
    assert out.index("declared") < out.index("silent       93 → 39")
    assert "\x1b[2J" not in out


def test_changes_are_narrowed_by_day_and_outlet(run: Run) -> None:
    assert [one["revision"] for one in told(run, "articles", "changes", "--since", "2021-03-07")["changes"]] == [3]
    assert told(run, "articles", "changes", "--outlet", "The Herald")["changes"] == []
    assert "No article was changed" in run("articles", "changes", "--since", "2030-01-01")[1]
    assert run("articles", "changes", "--since", "May")[0] == 2


def test_removing_by_filter_says_what_went(run: Run) -> None:
    would = told(run, "articles", "remove", "--source", "WIRE", "--outlet", "The Herald", "--dry-run")
    assert (would["removed"], sorted(would["matching"])) == ([], ["a1", "a4"])
    status, out, _ = run("articles", "remove", "--source", "wire", "--outlet", "The Herald", "--yes")
    assert status == 0
    assert out.startswith("2 articles removed, with 2 revisions and ")
    assert "will not bring 2 addresses back" in out
    gone = told(run, "articles", "remove", "--until", "2012-12-31", "--no-withhold", "--yes")
    assert (sorted(gone["removed"]), gone["withheld"]) == (["a0", "a2"], 0)
    assert {one["id"] for one in told(run, "articles", "list")["articles"]} == {"flood", "a3", "a5"}


def test_removing_all_revisions_is_counted(run: Run) -> None:
    gone = told(run, "articles", "remove", "http://www.news.example/flood?utm_source=feed", "--yes")
    assert (gone["removed"], gone["revisions"], gone["withheld"]) == (["flood"], 3, 1)


@pytest.mark.parametrize("arguments", [(), ("--source", " "), ("--since", "2020-01-02", "--until", "2020-01-01")])
def test_removing_needs_to_be_told_what(run: Run, arguments: tuple[str, ...]) -> None:
    assert run("articles", "remove", *arguments)[0] == 2


def test_removing_by_filter_shows_the_count_and_asks_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True, readline=lambda: "n\n"))
    status, _, err = run("articles", "remove", "--source", "wire")
    assert status == 1
    assert "Remove 6 articles for good?" in err
    assert "Report number 5" in err
    assert len(told(run, "articles", "list")["articles"]) == 7


def test_a_filter_that_nothing_meets_removes_nothing(run: Run) -> None:
    status, out, err = run("articles", "remove", "--outlet", "Nobody", "--yes")
    assert (status, out) == (0, "no article matches\n")
    assert "no outlet 'Nobody'; it has The" in err


def test_a_dry_run_names_what_would_go(run: Run) -> None:
    status, out, err = run("articles", "remove", "--outlet", "The Herald", "--dry-run")
    assert (status, out) == (0, "2 articles would be removed\n")
    assert "Report number 1" in err
