"""Receipts: what they hold, what becomes of one when the library changes, and that nothing in one is trusted."""

from __future__ import annotations

import copy
import json
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rag
import ui.cli.ask
import ui.cli.receipts
from corpus import Article
from rag import Answer, Citation, Claim, ReceiptError, read_receipt, receipt_of, verify_receipt
from rag.verification.receipt import sha256_of
from rag.verification.receipt_reading import MAX_BYTES, MAX_ITEMS
from tests.support.evidence import library_of
from tests.support.shelves import put
from ui.cli.main import main
from ui.page.views.answers import answer_html

FLOOD = Article(
    id="flood",
    text="Rain fell on Kora for a week. The mayor said that 39 people had died. Nobody else was hurt.",
    title="Flood at Kora",
    outlet="The Gazette",
    published="2021-03-04",
    url="https://news.example/flood",
)
QUOTE = "The mayor said that 39 people had died."
MADE = datetime(2021, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def library(tmp_path):
    with library_of(tmp_path / "library", FLOOD) as library:
        yield library


def answer_of(article: Article = FLOOD, claim: str = QUOTE) -> Answer:
    start = article.text.index(QUOTE)
    citation = Citation.cite(1, article, f"{article.id}:1:0", start, start + len(QUOTE))
    return Answer(
        question="How many died at Kora?",
        standalone_question="How many died at Kora?",
        status="answered",
        answer="39",
        guess="39",
        text=f"39 [1]\n\n“{QUOTE}” [1]",
        as_of=article.published,
        confidence=0.8,
        claims=(Claim(claim, "supported", (1,)),),
        citations=(citation,),
    )


@pytest.fixture
def receipt(library):
    return receipt_of(answer_of(), library, {"until": date(2021, 12, 31), "since": None}, MADE)


def checked(library, receipt):
    return verify_receipt(library, read_receipt(json.dumps(receipt)))


def findings(report):
    return [(quote.finding, quote.stands) for quote in report.quotes]


def test_a_receipt_holds_what_is_needed_to_check_it(library, receipt):
    assert (receipt["format"], receipt["version"], receipt["made"]) == (
        "pressmark-receipt",
        1,
        "2021-03-05T12:00:00+00:00",
    )
    assert receipt["filters"] == {"given": {"until": "2021-12-31"}, "read": []}
    assert receipt["library"] == {"articles": 1, "passages": 1, "fingerprint": library.fingerprint()}
    assert (receipt["question"], receipt["answer"], receipt["model"]) == ("How many died at Kora?", "39", "builtin")
    (citation,) = receipt["citations"]
    assert FLOOD.text[citation["start"] : citation["end"]] == citation["quote"] == QUOTE
    assert (citation["article_id"], citation["revision"]) == ("flood", 1)
    assert citation["article_sha256"] == sha256_of(FLOOD)
    assert (citation["outlet"], citation["url"], citation["published"]) == (FLOOD.outlet, FLOOD.url, FLOOD.published)
    assert receipt["pressmark"]


def test_an_untouched_receipt_stands(library, receipt):
    report = checked(library, receipt)
    assert report.stands
    assert report.same_library
    assert findings(report) == [("verbatim", True)]
    assert [(claim.support, claim.stands) for claim in report.claims] == [("supported", True)]
    assert report.notes == ()


def test_a_receipt_leaves_out_what_stands_no_more(library):
    put(library, replace(FLOOD, text="Nothing is known."))
    receipt = receipt_of(answer_of(), library)
    assert receipt["citations"] == []
    assert receipt["claims"] == [{"text": QUOTE, "support": "unsupported", "reason": "", "citations": []}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FLOOD.text + " The water is falling.", ("verbatim", True)),
        ("Corrected. " + FLOOD.text, ("moved", True)),
        (FLOOD.text.replace("39", "41"), ("superseded", False)),
    ],
)
def test_a_revision_is_told(library, receipt, text, expected):
    put(library, replace(FLOOD, text=text))
    report = checked(library, receipt)
    assert findings(report) == [expected]
    assert report.stands == expected[1]
    assert not report.same_library
    assert "not as it was" in report.notes[0]
    if report.quotes[0].start is not None:
        assert text[report.quotes[0].start :].startswith(QUOTE)


def test_a_removed_article_is_gone_and_its_claim_without_support(library, receipt):
    library.remove("flood")
    report = checked(library, receipt)
    assert findings(report) == [("gone", False)]
    assert report.claims[0].reason == "none of its quotations stands"
    assert not report.stands


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"quote": "The mayor said that 93 people had died."}, "never"),
        ({"start": 0, "end": 39}, "moved"),
        ({"article_id": "drought"}, "gone"),
        ({"outlet": "The Herald"}, "misattributed"),
        ({"published": "2022-03-04"}, "misattributed"),
        ({"url": "https://evil.example/"}, "misattributed"),
        ({"title": "Nobody died"}, "misattributed"),
    ],
)
def test_a_changed_citation_does_not_stand(library, receipt, change, finding):
    receipt["citations"][0].update(change)
    report = checked(library, receipt)
    assert findings(report) == [(finding, False)]
    assert not report.stands


@pytest.mark.parametrize("sha256", ["", "0" * 64])
def test_a_quotation_stands_by_its_words_whatever_digest_is_named(library, receipt, sha256):
    receipt["citations"][0]["article_sha256"] = sha256
    assert findings(checked(library, receipt)) == [("verbatim", True)]
    receipt["citations"][0].update(start=0, end=39)
    assert findings(checked(library, receipt)) == [("moved", False)]


def test_a_changed_claim_or_answer_is_told(library, receipt):
    receipt["claims"][0]["text"] = "93 people had died."
    receipt["answer"] = "93"
    report = checked(library, receipt)
    assert findings(report) == [("verbatim", True)]
    assert (report.claims[0].support, report.claims[0].reason) == ("unsupported", "the article says 39, the claim 93")
    assert "short answer" in report.notes[0]
    assert not report.stands


def test_a_receipt_without_quotations_does_not_stand(library, receipt):
    receipt.update(citations=[], claims=[])
    report = checked(library, receipt)
    assert not report.stands
    assert "no quotation" in report.notes[0]


def broken(**changes):
    def change(receipt):
        receipt.update(changes)
        return receipt

    return change


def in_citation(**changes):
    def change(receipt):
        receipt["citations"][0].update(changes)
        return receipt

    return change


def without(*path):
    def change(receipt):
        held = receipt
        for key in path[:-1]:
            held = held[key]
        del held[path[-1]]
        return receipt

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: [], "no receipt"),
        (lambda _: {"format": "other"}, "no receipt"),
        (broken(version=2), "version 2"),
        (broken(version=True), "version True"),
        (broken(version="1" * 9999), "version"),
        (broken(citations={}), '"citations" of the receipt is not a list'),
        (broken(citations=[7]), "citation 1 is not an object"),
        (broken(claims=["x"]), "claim 1 is not an object"),
        (broken(claims=[{"text": "x", "support": "sure", "citations": []}]), "none of supported"),
        (broken(claims=[{"text": "x", "support": "partly", "citations": ["1"]}]), "whole numbers"),
        (broken(claims=[{"text": "x", "support": "partly", "citations": [1] * 99}]), "cites more than"),
        (broken(claims=[{}] * (MAX_ITEMS + 1)), "more than"),
        (broken(question=5), '"question" of the receipt is not text'),
        (broken(library=None), "not an object"),
        (in_citation(start="0"), '"start" of citation 1 is not a whole number'),
        (in_citation(start=True), "not a whole number"),
        (in_citation(end=10**30), "out of range"),
        (in_citation(revision=0), "out of range"),
        (in_citation(quote=" "), "quotes nothing"),
        (in_citation(quote="x" * 6000), "longer than"),
        (in_citation(article_id="\ud800"), "half a character"),
        (without("question"), 'no "question"'),
        (without("citations", 0, "quote"), 'citation 1 has no "quote"'),
        (without("library", "fingerprint"), 'no "fingerprint"'),
        (lambda r: {**r, "citations": r["citations"] * 2}, "same number"),
    ],
)
def test_a_broken_receipt_is_refused_in_plain_words(receipt, change, said):
    with pytest.raises(ReceiptError, match=said):
        read_receipt(json.dumps(change(copy.deepcopy(receipt))))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{", b"[" * 100_000, b"NaN", b" " * (MAX_BYTES + 1), b"9" * 9999]
)
def test_what_is_no_json_or_too_large_is_refused(content):
    with pytest.raises(ReceiptError):
        read_receipt(content)


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
nested = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner))


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_no_value_in_any_place_breaks_the_check(tmp_path_factory, data):
    with library_of(tmp_path_factory.mktemp("any") / "library", FLOOD) as library:
        receipt = json.loads(json.dumps(receipt_of(answer_of(), library, made=MADE)))
        where = data.draw(st.sampled_from([receipt, receipt["citations"][0], receipt["claims"][0], receipt["library"]]))
        where[data.draw(st.sampled_from(sorted(where)))] = data.draw(nested)
        with suppress(ReceiptError):  # refused, or checked: nothing else may come of it
            report = verify_receipt(library, read_receipt(json.dumps(receipt)))
            json.dumps(report.to_dict(), allow_nan=False)


# -- the command line and the page ------------------------------------------------------------------------------------


@pytest.fixture
def run(library, monkeypatch, capsys):
    @contextmanager
    def opened(named, **_):
        yield library

    for module in (ui.cli.ask, ui.cli.receipts):
        monkeypatch.setattr(module, "open_library", opened)
    monkeypatch.setattr(rag, "ask", lambda *_, **__: answer_of())

    def run_command(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return ended.value.code or 0, written.out, written.err

    return run_command


def test_ask_writes_a_receipt_that_verify_finds_to_stand(run, tmp_path):
    file = tmp_path / "receipt.json"
    status, _, told = run("ask", "How many died at Kora?", "--until", "2021-12-31", "--receipt", file)
    assert (status, str(file) in told) == (0, True)
    assert json.loads(file.read_text("utf-8"))["filters"]["given"] == {"until": "2021-12-31"}
    status, out, _ = run("verify", file)
    assert status == 0
    assert "[1] verbatim" in out
    assert "Everything stands: 1 of 1 quotations" in out


def test_verify_exits_with_1_when_a_quotation_does_not_stand(run, library, tmp_path):
    file = tmp_path / "receipt.json"
    run("ask", "How many died at Kora?", "--receipt", file)
    put(library, replace(FLOOD, text=FLOOD.text.replace("39", "41")))
    status, out, _ = run("verify", file)
    assert (status, "Not everything stands: 0 of 1" in out) == (1, True)
    status, out, _ = run("verify", file, "--json")
    assert status == 1
    report = json.loads(out)
    assert (report["stands"], report["quotes"][0]["finding"]) == (False, "superseded")


@pytest.mark.parametrize("content", [None, "not json", '{"format": "pressmark-receipt", "version": 9}'])
def test_verify_exits_with_2_when_the_file_cannot_be_used(run, tmp_path, content):
    file = tmp_path / "receipt.json"
    if content is not None:
        file.write_text(content, "utf-8")
    status, out, told = run("verify", file)
    assert (status, out) == (2, "")
    assert told.startswith("error: ")
    assert "Traceback" not in told


def test_a_receipt_that_cannot_be_written_is_told_before_the_work(run, tmp_path):
    status, _, told = run("ask", "How many died at Kora?", "--receipt", tmp_path / "nowhere" / "receipt.json")
    assert (status, "--receipt" in told) == (2, True)


def test_nothing_in_a_receipt_steers_the_terminal(run, tmp_path, receipt):
    receipt["question"] = "\x1b[2JHow many?"
    receipt["citations"][0]["outlet"] = "\x1b[31mThe Gazette"
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt), "utf-8")
    status, out, _ = run("verify", file)
    assert status == 1
    assert "\x1b" not in out


def test_the_page_offers_the_receipt_beside_the_download(receipt):
    answer = answer_of()
    shown = {"today": date(2021, 3, 6), "searched": 1}
    html = answer_html(1, answer, answer.citations, **shown, receipt=json.dumps(receipt))
    assert "data-take-receipt" in html
    assert "&#34;pressmark-receipt&#34;" in html
    assert "data-take-receipt" not in answer_html(1, answer, answer.citations, **shown)
