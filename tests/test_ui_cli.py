"""The command line: what is printed where, exit statuses, and what people are told when something is wrong."""

import json
import logging
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import pytest

import corpus
import ingest as ingest_layer
import rag
from corpus import Article, CorpusError, Place, Removed, Selected, UnknownArticleError
from ingest import IngestInterrupted, Problem, Report
from rag.answer import Alternative, Answer, Citation, Claim, NearArticle, RankedPassage
from rag.errors import InvalidQuestionError
from ui import errors, terminal
from ui.cli import options
from ui.cli.main import main
from ui.settings import Settings

STORM = Article(
    id="a1",
    text="A storm hit Ohio on Monday. Nobody was hurt.",
    title="[bold]Storm[/bold] \x1b[2Jin Ohio",
    outlet="CNN",
    published="2022-06-13",
    authors=("Ada",),
    url="https://news.example/storm",
    metadata={"desk": "weather"},
)


class Shelf:
    """As much of a library as the command line asks for; remembers how it was opened."""

    opened: ClassVar[list[tuple[Path, bool]]] = []
    contents: ClassVar[dict[str, Article]] = {}
    problems: ClassVar[list[str]] = []
    places: ClassVar[tuple[Place, ...]] = ()
    is_guest = False

    @classmethod
    def open(cls, folder, *, create=True, chroma=None):
        cls.opened.append((Path(folder), create))
        return cls()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def stats(self):
        return SimpleNamespace(articles=len(self.contents), passages=2 * len(self.contents), fingerprint="f00d")

    def find(self, named):
        return next((one for one in self.contents.values() if named in (one.id, one.url)), None)

    def get(self, article_id):
        if article_id not in self.contents:
            raise UnknownArticleError(f"no article {article_id!r}: see 'pressmark articles list'")
        return self.contents[article_id]

    def record(self, article_id):
        fields = {name: getattr(self.get(article_id), name) for name in Article.__slots__}
        return SimpleNamespace(**{**fields, "text": ""}, revision=1, passages=2)

    def also_in(self, article_id):
        return self.places

    def select(self, selection):
        found = {name: self.find(name) for name in selection.named}
        ids = [one.id for one in found.values() if one]
        return Selected(tuple(ids), unknown=tuple(name for name, one in found.items() if not one))

    def remove(self, *article_ids, places, withhold, outlet):
        for article_id in article_ids:
            del self.contents[article_id]
        return Removed(article_ids, revisions=len(article_ids), withheld=withhold * len(article_ids))

    def articles(self, text="", outlet=None, limit=None, offset=0):
        found = [one for one in self.contents.values() if text in one.text and outlet in (None, one.outlet)]
        return [self.record(one.id) for one in found[:limit]]

    def check(self):
        return list(self.problems)

    def repair(self):
        repaired = [f"{problem}, put right" for problem in self.problems]
        self.problems.clear()
        return repaired


@pytest.fixture(autouse=True)
def shelf(monkeypatch):
    monkeypatch.setattr(corpus, "Library", Shelf, raising=False)
    monkeypatch.setenv("PRESSMARK_LIBRARY", "/nowhere/library")
    monkeypatch.delenv("PRESSMARK_DEBUG", raising=False)
    Shelf.opened, Shelf.contents, Shelf.problems, Shelf.places = [], {"a1": STORM}, [], ()
    return Shelf


@pytest.fixture
def run(capsys):
    def run_command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return ended.value.code or 0, written.out, written.err

    return run_command


def storm_answer(question="Where was the storm?", **changes):
    citation = Citation.cite(1, STORM, "a1:1:0", 0, 27)
    return Answer(
        **{
            "question": question,
            "standalone_question": question,
            "status": "answered",
            "answer": "Ohio",
            "guess": "Ohio",
            "text": "The storm hit Ohio [1].",
            "as_of": "2022-06-13",
            "confidence": 0.83,
            "claims": (Claim("The storm hit Ohio.", "supported", (1,)),),
            "citations": (citation,),
            "passages": (RankedPassage("a1:1:0", "a1", STORM.url, STORM.published, STORM.text, 1.0),),
            "timings": {"retrieve_ms": 1.0, "read_ms": 2.0, "total_ms": 3.0},
            **changes,
        }
    )


@pytest.fixture
def asked(monkeypatch):
    """What `rag.ask` was called with; set `answer` to change what it says, or an error for it to raise."""
    calls = SimpleNamespace(answer=storm_answer(), standing=None)

    def ask(library, question, **asked_with):
        calls.question, calls.options = question, asked_with
        print("a library that talks too much")  # noqa: T201
        if isinstance(calls.answer, BaseException):
            raise calls.answer
        return calls.answer

    def verbatim_citations(library, answer):
        return answer.citations if calls.standing is None else calls.standing

    monkeypatch.setattr(rag, "ask", ask, raising=False)
    monkeypatch.setattr(rag, "verbatim_citations", verbatim_citations, raising=False)
    monkeypatch.setattr(rag, "Turn", lambda question, answer: (question, answer), raising=False)
    return calls


def test_an_answer_comes_with_its_quotation_outlet_date_title_and_link(run, asked):
    status, out, _ = run("ask", "Where was the storm?")
    assert status == 0
    for part in (
        "The storm hit Ohio [1].",
        "“A storm hit Ohio on Monday.”",
        "CNN, 13 Jun 2022",
        STORM.url,
        "High confidence",
    ):
        assert part in out


def test_nothing_of_an_article_steers_the_terminal(run, asked):
    _, out, _ = run("ask", "Where was the storm?")
    assert "[bold]Storm[/bold] [2Jin Ohio" in out
    assert "\x1b" not in out


def test_marks_that_turn_the_direction_of_writing_are_left_out():
    assert terminal.clean("a\u202eb\u200fc\x07d\u200de") == "abcd\u200de"


def test_json_is_one_object_and_nothing_else(run, asked):
    status, out, err = run("ask", "Where was the storm?", "--json")
    assert status == 0
    assert json.loads(out) == json.loads(json.dumps(storm_answer().to_dict()))
    assert "talks too much" in err


def test_filters_and_history_reach_the_question(run, asked, tmp_path):
    history = tmp_path / "history.json"
    history.write_text('[{"question": "Was there a storm?", "answer": "Yes."}]')
    run(
        *("ask", "Where?", "--as-of", "2022-06-30", "--since", "2022-06-01", "--until", "2022-6-20"),
        *("--outlet", "CNN", "--outlet", "BBC", "--top-k", "7", "--history", history, "--model", "builtin"),
        *("--ignore-filter", "in 2014", "--ignore-filter", "according to CNN"),
    )
    window = {key: str(asked.options[key]) for key in ("as_of", "since", "until")}
    assert window == {"as_of": "2022-06-30", "since": "2022-06-01", "until": "2022-06-20"}
    assert (asked.options["outlets"], asked.options["top_k"]) == (("CNN", "BBC"), 7)
    assert asked.options["history"] == (("Was there a storm?", "Yes."),)
    assert asked.options["ignore_filters"] == ("in 2014", "according to CNN")


def test_an_answer_without_a_standing_quotation_is_withheld(run, asked):
    asked.standing = ()
    _, out, _ = run("ask", "Where was the storm?")
    assert "withheld" in out
    assert "Ohio" not in out


def test_a_quotation_that_no_longer_stands_loses_its_mark(run, asked):
    second = Citation.cite(2, STORM, "a1:1:0", 28, 44)
    first = storm_answer().citations[0]
    asked.answer = storm_answer(text="Ohio [1][2].", citations=(first, second))
    asked.standing = (first,)
    _, out, _ = run("ask", "Where was the storm?")
    assert "Ohio [1]\n" in out
    assert "Nobody was hurt" not in out
    assert "1 quotation withheld" in out


def test_conflicts_earlier_values_and_unsupported_claims_are_told(run, asked):
    first = storm_answer().citations[0]
    others = tuple(Citation.cite(n, STORM, "a1:1:0", 28, 44) for n in (2, 3))
    asked.standing = (first, *others)
    asked.answer = storm_answer(
        citations=(first, *others),
        status="conflicting",
        standalone_question="Where was the storm of 13 June?",
        claims=(Claim("The storm hit Ohio.", "supported", (1,)), Claim("It was cold.", "unsupported", ())),
        alternatives=(Alternative("Iowa", "superseded", (2,)), Alternative("Utah", "conflicting", (3,))),
    )
    _, out, _ = run("ask", "Where was it?")
    for part in ("Accounts differ", "Understood as: Where was the storm of", "Not backed by a quotation: It was"):
        assert part in out
    assert "Earlier: Iowa [2]" in out
    assert out.index("Accounts differ") < out.index("Ohio [1]") < out.index("Utah [3]")


def test_when_nothing_is_found_the_nearest_articles_are_named(run, asked):
    near = NearArticle("a1", "Storm in Ohio", "CNN", None, "2022-06-13")
    asked.answer = Answer("Who won?", "Who won?", "not_found", None, "Ohio", "Not in these articles.", nearest=(near,))
    status, out, _ = run("ask", "Who won?")
    assert status == 0
    assert "Not in these articles." in out
    assert "CNN, 13 Jun 2022, Storm in Ohio" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--since", "2015-13-40"), "2015-13-40 is not a date: write it like 2015-08-01"),
        (("--as-of", "yesterday"), "yesterday is not a date"),
        (("--since", "2015", "--until", "2014-12"), "--since 2015-01-01 is after --until 2014-12-31"),
        (("--since", "2022-02-01", "--until", "2022-01-01"), "--since 2022-02-01 is after --until 2022-01-01"),
        (("--since", "2022-02-01", "--as-of", "2022-01-01"), "is after --as-of"),
        (("--model", "gpt"), "write it as PROVIDER:NAME"),
        (("--model-url", "http://127.0.0.1:1/v1"), "--model-url needs a language model"),
        (("--history", "/nowhere/history.json"), "cannot be read"),
        (("--top-k", "0"), "--top-k"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_opened(run, shelf, asked, arguments, said):
    status, out, err = run("ask", "Who?", *arguments)
    assert (status, out, shelf.opened) == (2, "", [])
    assert said in err


@pytest.mark.parametrize("content", ["{", '{"question": "Who?"}', '["Who?"]', '[{"question": "Who?"}]'])
def test_a_history_of_another_form_is_refused(run, asked, tmp_path, content):
    (tmp_path / "history.json").write_text(content)
    status, _, err = run("ask", "Who?", "--history", tmp_path / "history.json")
    assert status == 2
    assert "history.json" in err


def test_a_question_that_cannot_be_asked_is_wrong_usage(run, asked):
    asked.answer = InvalidQuestionError("there is no question: write one")
    status, out, err = run("ask", "")
    assert (status, out) == (2, "")
    assert err.endswith("error: there is no question: write one\n")


def test_known_errors_are_one_line_and_unknown_ones_say_how_to_see_more(run, asked, monkeypatch):
    asked.answer = CorpusError("the library is in use")
    assert run("ask", "Who?")[::2] == (1, "a library that talks too much\nerror: the library is in use\n")
    asked.answer = ZeroDivisionError("by zero")
    status, _, err = run("ask", "Who?")
    assert (status, err.count("\n")) == (1, 2)
    assert err.splitlines()[1].startswith("error: unexpected: ZeroDivisionError: by zero (set PRESSMARK_DEBUG=1")
    monkeypatch.setenv("PRESSMARK_DEBUG", "1")
    assert "Traceback" in run("ask", "Who?")[2]


def test_a_disk_error_names_the_file(run, asked):
    asked.answer = PermissionError(13, "Permission denied", "/library/store")
    assert run("ask", "Who?", "--json") == (
        *(1, ""),
        "a library that talks too much\nerror: Permission denied: /library/store\n",
    )


def test_the_library_is_that_of_the_option_then_of_the_environment(run, shelf, asked, tmp_path):
    run("ask", "Who?", "--library", tmp_path)
    run("ask", "Who?")
    assert shelf.opened == [(tmp_path, False), (Path("/nowhere/library"), False)]


def test_only_the_default_library_is_filled_with_the_sample(run, shelf, asked, monkeypatch, tmp_path):
    filled = []
    monkeypatch.setattr(ingest_layer, "ingest", lambda library, sources, **_: filled.append(sources))
    monkeypatch.setattr(corpus, "sample_articles", lambda: tmp_path, raising=False)
    (tmp_path / "one.md").write_text("text")
    shelf.contents = {}
    run("ask", "Who?", "--library", tmp_path)
    run("ask", "Who?")
    assert filled == []
    monkeypatch.delenv("PRESSMARK_LIBRARY")
    _, _, err = run("ask", "Who?")
    assert filled == [[tmp_path]]
    assert "Filling the library with the 1 sample articles" in err
    shelf.contents = {"a1": STORM}
    run("ask", "Who?")
    assert len(filled) == 1


def test_the_default_library_lies_in_the_users_data_folder(monkeypatch):
    monkeypatch.delenv("PRESSMARK_LIBRARY")
    folder, is_default = Settings.from_environment().library_folder(None)
    assert (folder.name, folder.parent.name, is_default) == ("library", "pressmark", True)


@pytest.fixture
def ingested(monkeypatch):
    calls = SimpleNamespace(report=Report(added=2, passages=5, seconds=0.5))

    def put_in(library, sources, progress=None, stdin=None, columns=None, web=None, follow_links=False):
        calls.sources, calls.columns = sources, columns
        if isinstance(calls.report, BaseException):
            raise calls.report
        return calls.report

    monkeypatch.setattr(ingest_layer, "ingest", put_in)
    return calls


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (Report(added=2), 0),
        (Report(skipped=(Problem("a.txt", None, "empty"),)), 0),
        (Report(unchanged=1, failed=(Problem("a.txt", None, "gone"),)), 3),
        (Report(failed=(Problem("a.txt", None, "gone"),)), 1),
        (Report(added=1, stopped="the disk is full"), 3),
    ],
)
def test_ingest_tells_by_its_status_how_much_went_in(run, ingested, report, status):
    ingested.report = report
    assert run("ingest", "a.txt", "b.txt")[0] == status
    assert ingested.sources == ["a.txt", "b.txt"]


def test_ingest_is_told_the_columns_of_tables(run, ingested):
    assert run("ingest", "a.csv", "--columns", "text=body, title = headline")[0] == 0
    assert ingested.columns == {"text": "body", "title": "headline"}
    for written in ("text", "=body", "text=", "text=body,,"):
        status, _, err = run("ingest", "a.csv", "--columns", written)
        assert (status, "write it like text=body,title=headline" in err) == (2, True)


def test_ingest_lists_what_was_left_out_and_why(run, ingested):
    bad, same = Problem("in.jsonl", 3, "no text"), Problem("b.txt", None, "the same article")
    ingested.report = Report(added=1, updated=2, unchanged=3, skipped=(same,), failed=(bad,))
    _, out, _ = run("ingest", "in.jsonl")
    assert "1 added, 2 updated, 3 unchanged, 1 skipped, 1 failed" in out
    ingested.report = Report(copies=2)
    assert "0 unchanged, 2 held under another address, 0 skipped" in run("ingest", "a.txt")[1]
    assert "in.jsonl, line 3: no text" in out
    assert "b.txt: the same article" in out


def test_ingest_prints_its_report_as_json(run, ingested):
    ingested.report = Report(added=1, failed=(Problem("in.jsonl", 3, "no text"),))
    status, out, _ = run("ingest", "in.jsonl", "--json")
    printed = json.loads(out)
    assert (status, printed["added"], printed["updated"], printed["unchanged"], printed["skipped"]) == (3, 1, 0, 0, [])
    assert printed["failed"] == [{"where": "in.jsonl", "line": 3, "reason": "no text"}]


def test_ingest_makes_the_library_that_it_is_told_to_fill(run, shelf, ingested, tmp_path):
    run("ingest", "a.txt", "--library", tmp_path / "new")
    assert shelf.opened == [(tmp_path / "new", True)]


def test_an_interrupted_ingest_says_what_went_in(run, ingested):
    ingested.report = IngestInterrupted(Report(added=7))
    status, out, err = run("ingest", "a.txt")
    assert status == 3
    assert "7 added" in out
    assert "run the same command again" in err
    status, out, _ = run("ingest", "a.txt", "--json")
    assert (status, json.loads(out)["added"], json.loads(out)["interrupted"]) == (3, 7, True)


def test_articles_are_listed_for_people_and_as_json(run, shelf):
    _, out, _ = run("articles", "list")
    assert "2022-06-13" in out
    assert "CNN" in out
    _, out, _ = run("articles", "list", "--json", "--outlet", "CNN", "--text", "storm")
    (record,) = json.loads(out)["articles"]
    expected = {"id": "a1", "revision": 1, "passages": 2, "authors": ["Ada"], "metadata": {"desk": "weather"}}
    assert {key: record[key] for key in expected} == expected
    assert {"fetched", "published_method", "source"} <= record.keys()
    assert "text" not in record
    assert json.loads(run("articles", "list", "--outlet", "BBC", "--json")[1]) == {"articles": []}


def test_a_cut_list_of_articles_says_so(run, shelf):
    shelf.contents = {**shelf.contents, "a2": Article(id="a2", text="More.")}
    _, out, err = run("articles", "list", "--limit", "1")
    assert "a2" not in out
    assert "Shown are 1 of 2 articles" in err


def test_an_empty_library_says_how_to_fill_it(run, shelf):
    shelf.contents = {}
    assert "pressmark ingest SOURCE" in run("articles", "list")[1]


@pytest.mark.parametrize("named", ["a1", "https://news.example/storm"])
def test_an_article_is_shown_by_id_or_address(run, named):
    assert "Nobody was hurt." in run("articles", "show", named)[1]
    record = json.loads(run("articles", "show", named, "--json")[1])
    assert (record["id"], record["text"], record["passages"]) == ("a1", STORM.text, 2)


PLACES = (
    Place(None, "https://herald.example/storm", "The Herald", "2022-06-13", "Storm"),
    Place("a7", "https://wire.example/7", "\x1b[2JWire", "2022-06-14T09:00:00+00:00", "Storm hits"),
)


def test_where_else_an_article_stands_is_told(run, shelf):
    shelf.places = PLACES
    out = run("articles", "show", "a1")[1]
    assert "also in  The Herald, 13 Jun 2022, Storm  https://herald.example/storm" in out
    assert "Wire, 14 Jun 2022, Storm hits  https://wire.example/7" in out
    assert "\x1b" not in out
    assert json.loads(run("articles", "show", "a1", "--json")[1])["also_in"][1] == {
        "id": "a7",
        "url": "https://wire.example/7",
        "outlet": "\x1b[2JWire",
        "published": "2022-06-14T09:00:00+00:00",
        "title": "Storm hits",
    }


def test_an_answer_says_in_short_where_else_its_source_stands(run, asked):
    asked.answer = storm_answer(citations=(replace(storm_answer().citations[0], also_in=PLACES),))
    assert "also in The Herald, 13 Jun 2022, and 1 more" in run("ask", "Where?")[1]
    asked.answer = storm_answer(citations=(replace(storm_answer().citations[0], also_in=PLACES[:1]),))
    assert "also in The Herald, 13 Jun 2022\n" in run("ask", "Where?")[1]
    assert json.loads(run("ask", "Where?", "--json")[1])["citations"][0]["also_in"][0]["outlet"] == "The Herald"
    asked.answer = storm_answer()
    assert "also in" not in run("ask", "Where?")[1]


def test_an_unknown_article_is_named(run):
    status, out, err = run("articles", "show", "a9", "--json")
    assert (status, out) == (1, "")
    assert "no article 'a9'" in err


def test_removing_goes_on_past_an_unknown_article(run, shelf):
    status, out, _ = run("articles", "remove", "a9", "https://news.example/storm", "--json")
    assert status == 3
    assert json.loads(out)["removed"] == ["a1"]
    assert [one["id"] for one in json.loads(out)["failed"]] == ["a9"]
    assert shelf.contents == {}
    assert run("articles", "remove", "a9")[0] == 1


@pytest.mark.parametrize(("reply", "left", "status"), [("n\n", 1, 1), ("y\n", 0, 0)])
def test_removing_asks_first_on_a_terminal(run, shelf, monkeypatch, reply, left, status):
    import io

    terminal = io.StringIO(reply)
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    assert run("articles", "remove", "a1")[0] == status
    assert len(shelf.contents) == left


def test_check_fails_until_the_library_is_repaired(run, shelf):
    shelf.problems = ["passage a1:1:0 has no vector"]
    status, out, _ = run("check")
    assert status == 1
    assert "passage a1:1:0 has no vector" in out
    assert json.loads(run("check", "--json")[1])["ok"] is False
    status, out, _ = run("check", "--repair", "--json")
    assert status == 0
    assert json.loads(out) == {"ok": True, "problems": [], "repaired": ["passage a1:1:0 has no vector, put right"]}
    assert "all is well" in run("check")[1]


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    records = [
        {
            "id": "storm",
            "question": "Where was the storm?",
            "answers": ["Ohio"],
            "answerable": True,
            "articles": ["a1"],
        },
        {"id": "won", "question": "Who won?", "answers": ["Ada"], "answerable": True},
    ]
    path.write_text("\n".join(json.dumps(record) for record in records))
    return path


def test_eval_prints_the_measures(run, asked, questions):
    status, out, _ = run("eval", questions)
    assert status == 0
    assert "2 questions: 2 answerable, 0 unanswerable" in out
    assert "contains_forced" in out
    assert "0.500" in out


def test_eval_prints_the_documented_json(run, asked, questions):
    status, out, _ = run("eval", questions, "--json", "--retrieval-only")
    result = json.loads(out)
    assert (status, result["questions"], result["metrics"]["contains"]) == (0, 2, None)
    assert asked.options["retrieval_only"] is True
    assert "comparison" not in result


def test_eval_below_a_minimum_names_the_measure_and_exits_with_4(run, asked, questions):
    status, out, err = run("eval", questions, "--json", "--min", "contains=0.6", "--min", "verbatim=1")
    assert status == 4
    assert json.loads(out)["metrics"]["contains"] == 0.5
    assert err.splitlines()[-1] == "error: contains is 0.5, below the 0.6 of --min"
    assert run("eval", questions, "--min", "contains=0.5")[0] == 0
    assert run("eval", questions, "--min", "abstention_recall=0.1")[0] == 4


@pytest.mark.parametrize("minimum", ["contains", "contains=much", "contains=nan", "recall=0.5"])
def test_a_minimum_that_means_nothing_is_refused_before_the_run(run, shelf, questions, minimum):
    status, _, err = run("eval", questions, "--min", minimum)
    assert (status, shelf.opened) == (2, [])
    assert f"--min {minimum}" in err


def test_eval_compares_with_a_baseline_and_writes_a_report(run, asked, questions, tmp_path):
    baseline, report = tmp_path / "baseline.json", tmp_path / "report.html"
    baseline.write_text(run("eval", questions, "--json")[1])
    asked.answer = Answer("Who?", "Who?", "not_found", None, None, "Not in these articles.", timings={"total_ms": 3.0})
    _, out, err = run("eval", questions, "--baseline", baseline, "--html", report)
    assert "0 questions went better, 1 worse" in out
    assert "worse: Where was the storm? (storm): was Ohio, now not found" in out
    assert str(report) in err
    assert "Difference to the baseline" in report.read_text("utf-8")
    _, out, _ = run("eval", questions, "--baseline", baseline, "--json")
    assert json.loads(out)["comparison"]["metrics"]["contains"]["difference"] == -0.5


def test_questions_that_fail_are_listed_and_told_by_the_status(run, asked, questions):
    asked.answer = RuntimeError("the reader fell over")
    status, out, err = run("eval", questions)
    assert status == 1
    assert "failed: Who won? (won): RuntimeError: the reader fell over" in out
    assert "2 of 2 questions failed" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--html", "/nowhere/at/all/report.html"), "there is no folder"),
        (("--html", "/"), "is a folder"),
        (("--baseline", "/nowhere.json"), "cannot be read"),
        (("--model", "gpt"), "write it as PROVIDER:NAME"),
    ],
)
def test_eval_refuses_what_it_could_not_finish(run, shelf, questions, arguments, said):
    status, _, err = run("eval", questions, *arguments)
    assert (status, shelf.opened) == (2, [])
    assert said in err


def test_eval_names_a_bad_question(run, shelf, tmp_path):
    (tmp_path / "q.jsonl").write_text("{")
    status, _, err = run("eval", tmp_path / "q.jsonl")
    assert (status, shelf.opened) == (2, [])
    assert "line 1: this is not JSON" in err


class ServeError(Exception):
    """What `ui.page.app` raises when the page cannot be served."""


@pytest.fixture
def served(monkeypatch):
    calls = SimpleNamespace(error=None)

    def serve(library, **options):
        calls.options = options
        print("running")  # noqa: T201
        if calls.error:
            raise calls.error

    monkeypatch.setitem(
        sys.modules, "ui.page.app", SimpleNamespace(serve=serve, ServeError=ServeError, load_early=lambda: None)
    )
    return calls


def test_chat_serves_on_this_machine_only_unless_told_otherwise(run, served):
    assert run("chat") == (0, "running\n", "")
    assert served.options == {"host": "127.0.0.1", "port": 7860, "auth": None, "model": None}


def test_chat_warns_when_anyone_may_come_in(run, served, tmp_path):
    assert "use --auth" in run("chat", "--host", "0.0.0.0")[2]  # noqa: S104
    (tmp_path / "password").write_text("secret words\n")
    status, out, err = run("chat", "--host", "0.0.0.0", "--auth", f"ed:{tmp_path / 'password'}", "--json")  # noqa: S104
    assert (status, err, json.loads(out)) == (0, "running\n", {"address": "http://0.0.0.0:7860"})
    assert served.options["auth"] == ("ed", "secret words")


def test_chat_says_why_it_cannot_serve_and_stops_quietly(run, served):
    served.error = ServeError("Cannot listen on port 7860")
    assert run("chat")[::2] == (1, "error: Cannot listen on port 7860\n")
    served.error = KeyboardInterrupt()
    assert run("chat")[::2] == (0, "Stopped.\n")


@pytest.mark.parametrize("auth", ["ed", "ed:", ":file", "ed:/nowhere/password"])
def test_chat_refuses_a_login_without_a_password(run, served, auth):
    status, _, err = run("chat", "--auth", auth)
    assert status == 2
    assert "--auth" in err


def test_an_empty_password_is_refused(tmp_path):
    (tmp_path / "password").write_text("\n")
    with pytest.raises(errors.WrongUsageError, match="is empty"):
        options.read_credentials(f"ed:{tmp_path / 'password'}")


def command_line(*arguments, **options):
    command = [sys.executable, "-c", "from ui.cli.main import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def test_help_comes_at_once_and_loads_nothing_heavy():
    started = time.monotonic()
    assert "Answer a question from the articles" in command_line("--help").stdout
    assert time.monotonic() - started < 5  # a second at most on an idle machine; tests share theirs
    heavy = ("numpy", "torch", "gradio", "chromadb", "corpus")
    code = f"import sys, ui.cli.main; print([module for module in {heavy} if module in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "command",
    [
        *("ingest", "ask", "chat", "eval", "check"),
        *("articles list", "articles show", "articles remove", "articles diff", "articles changes"),
    ],
)
def test_every_command_has_an_example_and_the_common_options(run, command):
    status, out, _ = run(*command.split(), "--help")
    assert status == 0
    for part in (f"Example: pressmark {command}", "--library", "--json"):
        assert part in out


def test_the_version_is_that_of_the_package(run):
    from importlib.metadata import version

    assert run("--version") == (0, f"pressmark {version('pressmark')}\n", "")


def test_an_unknown_command_is_wrong_usage(run):
    assert run("find")[0] == 2


def test_a_terminal_without_typographic_quotes_still_shows_the_rest(monkeypatch):
    code = "from ui.cli.main import main; main(['articles', 'show', '“x”'])"
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PRESSMARK_LIBRARY", "/nowhere/“library”")
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("error: there is no library in /nowhere/?library?")


def test_a_reader_that_goes_away_is_no_error():
    code = "import sys; from ui.cli.main import main; sys.stdout.close = lambda: None; main(['--version'])"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
        process.wait(timeout=30)


def test_what_libraries_log_steers_no_terminal(run, capsys):
    run("--version")
    assert logging.lastResort is not None
    logging.lastResort.handle(logging.LogRecord("any", logging.WARNING, "", 1, "a \x1b[2J%s", ("\u202eb",), None))
    assert capsys.readouterr().err == "a [2Jb\n"
