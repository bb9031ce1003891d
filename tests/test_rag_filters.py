"""What a question says of dates and outlets: events are preferred, articles are filtered, and both are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, Library
from rag import Answer, EventWindow, LibraryRetriever, Query, ask, parse_query
from rag.evaluation import load_questions
from rag.question.filters import asks_how_things_stood, read_filters, without_words
from rag.question.outlets import outlet_mentions
from rag.retrieval.ranked import RetrievalSettings
from rag.retrieval.retrieve import retrieve
from rag.retrieval.timeliness import names_time, weight_of
from tests.support.evidence import PhraseReader, library_of, ranked_passage

TODAY = date(2022, 6, 18)
OUTLETS = (
    "CNN",
    "The Week",
    "USA TODAY",
    "BBC News",
    "New York Times",
    "The Guardian",
    "Reason",
    "TheBlaze.com",
    "The Sun",
    "Politico",
)


def told(text: str) -> list[tuple[str, str]]:
    """Kind and value of what is understood."""
    return [(stated.filter.kind, stated.filter.value) for stated in read_filters(text, OUTLETS, TODAY)]


# -- when it happened, and when it was published -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("What happened in March 2022?", "March 2022"),
        ("Who led the IMU in 2010?", "2010"),
        ("Who won the 2014 World Cup?", "2014"),
        ("What will happen in 2030?", "2030"),
        ("What was in the news last week?", "6 to 12 June 2022"),
        ("Which novel was published in 2014?", "2014"),
        ("What did the UN report published in 2014 find?", "2014"),
        ("Which memoir did she publish in 2014?", "2014"),
        ("Who gave yesterday's news conference?", "17 June 2022"),
        ("Which headlines did he make this week?", "13 to 19 June 2022"),
        ("Staff of which newspaper went on strike this week?", "13 to 19 June 2022"),
        ("Who broke the news in 2014 that she would resign?", "2014"),
        ("What is to be banned, which will hold as of 2025?", "2025 or earlier"),
    ],
)
def test_what_speaks_of_an_event_is_only_preferred(text: str, value: str) -> None:
    assert told(text) == [("event", value)]
    query = parse_query(text, today=TODAY)
    assert query.window.is_open
    assert [one.effect for one in query.filters] == ["prefers"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Which articles from March 2022 name the dam?", "March 2022"),
        ("Which articles published before 2014 name the dam?", "2013 or earlier"),
        ("Which stories that were published in 2014 name the dam?", "2014"),
        ("What was published in 2014 about the dam?", "2014"),
        ("What do last week's articles say of the dam?", "6 to 12 June 2022"),
        ("What do the March 2022 articles say of the dam?", "March 2022"),
        ("What does coverage from 2015 onwards say of the dam?", "2015 or later"),
        ("What news from last week names the dam?", "6 to 12 June 2022"),
    ],
)
def test_what_speaks_of_articles_is_a_filter(text: str, value: str) -> None:
    assert told(text) == [("published", value)]
    query = parse_query(text, today=TODAY)
    assert not query.window.is_open
    assert query.events == ()


def test_as_of_a_day_leaves_out_what_was_published_later() -> None:
    query = parse_query("Who leads the IMU as of 2015?", today=TODAY)
    assert query.as_of == date(2015, 12, 31)
    assert query.text == "Who leads the IMU?"
    assert query.question == "Who leads the IMU as of 2015?"


def test_last_year_counts_from_the_day_that_the_question_names() -> None:
    assert told("As of 2015, what happened last year?") == [("as_of", "31 December 2015"), ("event", "2014")]


def test_last_week_counts_from_as_of_or_else_from_today() -> None:
    assert parse_query("What happened last week?", as_of="2015-08-05").event == EventWindow(
        date(2015, 7, 27), date(2015, 8, 2)
    )
    assert parse_query("What happened last week?", today=TODAY).event == EventWindow(
        date(2022, 6, 6), date(2022, 6, 12)
    )


def test_several_events_span_one_stretch() -> None:
    query = parse_query("Who led it in 2010 and in 2014?", today=TODAY)
    assert len(query.events) == 2
    assert query.event == EventWindow(date(2010, 1, 1), date(2014, 12, 31), standing=True)
    assert parse_query("Who led it in 2010 and since 2014?", today=TODAY).event == EventWindow(
        date(2010, 1, 1), None, standing=True
    )


@pytest.mark.parametrize("text", ["Who leads the IMU?", "What has changed since the election?"])
def test_nothing_is_read_where_nothing_is_said(text: str) -> None:
    query = parse_query(text, known_outlets=OUTLETS, today=TODAY)
    assert (query.event, query.filters, query.notes, query.text) == (None, (), (), text)


@pytest.mark.parametrize(
    ("text", "stood"),
    [
        ("Who led the IMU in 2010?", True),
        ("What was the capital called in 2020?", True),
        ("Who was president in 2021?", True),
        ("How many fighters did it have in 2015?", True),
        ("Who was killed in 2014?", False),
        ("Who was elected in 2021?", False),
        ("What happened in 2014?", False),
        ("Who won the 2014 World Cup?", False),
        ("Where was the summit held in 2014?", False),
    ],
)
def test_how_things_stood_is_told_from_what_happened(text: str, stood: bool) -> None:
    assert asks_how_things_stood(text) is stood


# -- outlets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "outlets"),
    [
        ("What happened, according to CNN?", "according to CNN", ("CNN",)),
        ("according to cnn, what happened?", "according to cnn", ("CNN",)),
        ("According to the New York Times in 2014, who won?", "According to the New York Times", ("New York Times",)),
        ("According to The New York Times, who won?", "According to The New York Times", ("New York Times",)),
        ("According to Guardian, who won?", "According to Guardian", ("The Guardian",)),
        ("According to the Guardian newspaper, who won?", "According to the Guardian newspaper", ("The Guardian",)),
        ("According to theblaze, who won?", "According to theblaze", ("TheBlaze.com",)),
        ("What was said in The Week about Truss?", "in The Week", ("The Week",)),
        ("Who is named in USA Today?", "in USA Today", ("USA TODAY",)),
        ("What did he write in Politico?", "in Politico", ("Politico",)),
        ("What did the BBC report on Kabul?", "the BBC report", ("BBC News",)),
        ("CNN says what?", "CNN says", ("CNN",)),
        ("What do New York Times articles say of it?", "New York Times articles", ("New York Times",)),
        ("What did CNN and USA Today say on Kabul?", "did CNN and USA Today say", ("CNN", "USA TODAY")),
        ("What does The Sun say?", "does The Sun say", ("The Sun",)),
    ],
)
def test_an_outlet_of_the_library_is_recognised_where_it_is_asked_for(
    text: str, words: str, outlets: tuple[str, ...]
) -> None:
    (mention,) = outlet_mentions(text, OUTLETS)
    assert (mention.words, mention.outlets) == (words, outlets)
    assert text[mention.start : mention.end].strip() == words


@pytest.mark.parametrize(
    "text",
    [
        "Who leads CNN?",
        "Who was fired from CNN?",
        "According to Reuters, who won?",
        "According to a CNN poll, who leads?",
        "According to a new USA TODAY/Suffolk University poll, who leads?",
        "Who said on CNN that he would run?",
        "What does the sun say of the weather?",
        "What happened in the week of the vote?",
        "Is it in reason to ask?",
        "Who cut jobs in CNN's newsroom?",
        "CNN projects a winner: who?",
        "Who was named TIME magazine's person of the year?",
    ],
)
def test_an_outlet_that_is_only_spoken_of_is_no_filter(text: str) -> None:
    assert outlet_mentions(text, OUTLETS) == []


def test_outlets_that_the_library_does_not_have_are_not_recognised() -> None:
    assert outlet_mentions("According to CNN, who won?", ("The Gazette",)) == []
    assert outlet_mentions("According to CNN, who won?", ()) == []


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=12), max_size=4))
def test_any_name_of_an_outlet_can_be_looked_for(text: str, outlets: list[str]) -> None:
    for mention in outlet_mentions(f"According to {outlets[0] if outlets else 'X'}, {text}", outlets):
        assert set(mention.outlets) <= set(outlets)


# -- beside what was asked for explicitly ------------------------------------------------------------------------------


def parsed(text: str, **filters: object) -> Query:
    return parse_query(text, known_outlets=OUTLETS, today=TODAY, **filters)  # type: ignore[arg-type]


def test_explicit_dates_are_narrowed_and_never_widened() -> None:
    query = parsed("Which articles from before 2014 name the dam?", since="2012-01-01", until="2015-12-31")
    assert (query.since, query.until) == (date(2012, 1, 1), date(2013, 12, 31))
    query = parsed("Who leads it as of 2010?", as_of="2015-08-01")
    assert query.as_of == date(2010, 12, 31)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("Which articles from March 2022 name the dam?", {"as_of": "2021-01-01"}),
        ("Which articles from 2013 name the dam?", {"since": "2014-01-01"}),
        ("Who leads it as of 2020?", {"as_of": "2015-08-01"}),
        ("According to CNN, who leads it?", {"outlets": ("The Week",)}),
    ],
)
def test_what_contradicts_an_explicit_filter_is_set_aside_and_told(text: str, filters: dict[str, object]) -> None:
    query = parsed(text, **filters)
    plain = parsed("Who leads it?", **filters)
    assert query.window == plain.window
    assert query.filters == ()
    assert len(query.notes) == 1
    assert "was set aside" in query.notes[0]


def test_an_event_leaves_explicit_filters_alone() -> None:
    query = parsed("Who led it in 2010?", since="2014-01-01", as_of="2015-08-01", outlets=["CNN"])
    assert query.window == parsed("Who led it?", since="2014-01-01", as_of="2015-08-01", outlets=["CNN"]).window
    assert query.event == EventWindow(date(2010, 1, 1), date(2010, 12, 31), standing=True)


def test_outlets_of_several_mentions_count_together() -> None:
    assert parsed("According to CNN, and as reported by The Week, who won?").outlets == ("CNN", "The Week")


@pytest.mark.parametrize("ignored", ["as of 2015", "AS OF  2015"])
def test_an_ignored_filter_is_neither_applied_nor_told(ignored: str) -> None:
    query = parsed("Who leads the IMU as of 2015, according to CNN?", ignore_filters=[ignored])
    assert query.as_of is None
    assert [one.words for one in query.filters] == ["according to CNN"]
    assert query.text == "Who leads the IMU as of 2015?"


def test_a_filter_said_twice_is_told_once_and_ignored_at_once() -> None:
    text = "Who led it in 2010, and who was second in 2010?"
    assert len(parsed(text).filters) == 1
    assert parsed(text, ignore_filters=["in 2010"]).filters == ()


@pytest.mark.parametrize(
    ("text", "words", "rest"),
    [
        ("Who leads the IMU, as of 2015?", ", as of 2015", "Who leads the IMU?"),
        ("According to CNN, who won?", "According to CNN", "Who won?"),
        ("Who, according to CNN, won?", "according to CNN", "Who, won?"),
        ("As of 2015", "As of 2015", "As of 2015"),
        ("Who won?", "", "Who won?"),
    ],
)
def test_words_that_became_a_filter_are_taken_out_tidily(text: str, words: str, rest: str) -> None:
    start = text.index(words)
    assert without_words(text, [(start, start + len(words))] if words else []) == rest


def test_filters_are_plain_values_in_the_answer(tmp_path: Path) -> None:
    with library_of(tmp_path / "library", *shelf()) as library:
        answer = asked(library, "Which articles from 2015, according to Herald, name who signed the pledge in 2012?")
    published, event, outlet = answer.to_dict()["filters"]
    assert event == {
        "kind": "event",
        "effect": "prefers",
        "words": "in 2012",
        "value": "2012",
        "first": "2012-01-01",
        "last": "2012-12-31",
        "outlets": (),
    }
    assert (published["kind"], published["effect"], published["words"]) == ("published", "filters", "from 2015")
    assert (outlet["kind"], outlet["value"], outlet["outlets"]) == ("outlet", "Herald", ("Herald",))


# -- in a library ------------------------------------------------------------------------------------------------------

EVEN = RetrievalSettings(recency_weight=0.0, lead_weight=0.0)
PLEDGE = "The harbour pledge was signed by the minister."


def shelf() -> list[Article]:
    """The same sentence in articles of several years and two outlets, and one that names a year."""
    years = ("2008", "2010", "2012", "2015", "2020")
    same = [
        Article(id=f"y{year}", text=PLEDGE, published=f"{year}-06-01", outlet=("Gazette", "Herald")[at % 2])
        for at, year in enumerate(years)
    ]
    return [*same, Article(id="named", text=f"{PLEDGE} That was in 2010.", published="2019-06-01", outlet="Gazette")]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with library_of(tmp_path_factory.mktemp("filters") / "library", *shelf()) as opened:
        yield opened


def asked(library: Library, question: str, **options: object) -> Answer:
    return ask(library, question, reader=PhraseReader({"the minister": 9.0}), **options)  # type: ignore[arg-type]


def order(library: Library, query: Query) -> list[str]:
    return [one.found.passage.article_id for one in retrieve(library, query, 10, EVEN)]


def test_articles_of_the_time_come_first_and_none_is_lost(library: Library) -> None:
    plain = Query("Was the harbour pledge signed?", "Was the harbour pledge signed?")
    for year, first in ((2010, "y2010"), (2012, "y2012"), (2020, "y2020")):
        event = EventWindow(date(year, 1, 1), date(year, 12, 31))
        found = order(library, replace(plain, events=(event,)))
        assert found[0] == first
        assert set(found) == set(order(library, plain)) == {article.id for article in shelf()}


def weight(published: str | None, event: EventWindow, text: str = "A text.") -> float:
    query = Query("Who?", "Who?", events=(event,))
    return weight_of(ranked_passage(text, published=published).found, query, EVEN)


def test_what_was_published_before_an_event_counts_less_unless_things_stood_so() -> None:
    event = EventWindow(date(2011, 1, 1), date(2011, 12, 31))
    before, within, after, late = "2010-06-01", "2011-06-01", "2012-06-01", "2020-01-01"
    assert weight(within, event) > weight(after, event) > weight(late, event) > weight(before, event)
    assert weight(None, event) == 1.0
    standing = replace(event, standing=True)
    assert weight(within, standing) > weight(before, standing) > weight("2001-01-01", standing) >= 1.0
    assert weight(before, replace(event, ahead=True)) >= 1.0


def test_an_open_stretch_holds_all_days_to_its_edge() -> None:
    since, until = EventWindow(date(2011, 1, 1), None), EventWindow(None, date(2011, 12, 31))
    assert weight("2011-01-01", since) == weight("2024-01-01", since) > weight("2010-01-01", since)
    assert weight("1990-01-01", until) == weight("2011-12-31", until) > weight("2024-01-01", until)


def test_an_article_that_names_the_time_counts_more_than_one_of_its_age() -> None:
    event = EventWindow(date(2010, 1, 1), date(2010, 12, 31))
    assert weight("2020-01-01", event, "It was in 2010.") > weight("2020-01-01", event, "It was in 2011.")


def test_nearness_to_as_of_counts_beside_an_event() -> None:
    event = EventWindow(date(1960, 1, 1), date(1969, 12, 31))
    query = Query("Who?", "Who?", as_of=date(2015, 8, 1), events=(event,))
    near, far = (ranked_passage("A text.", published=day).found for day in ("2015-07-30", "2012-01-01"))
    assert weight_of(near, query, RetrievalSettings()) > weight_of(far, query, RetrievalSettings())


@pytest.mark.parametrize(
    ("text", "first", "last", "named"),
    [
        ("It was signed in 2010.", "2010-01-01", "2010-12-31", True),
        ("It was signed in 2011.", "2010-01-01", "2010-12-31", False),
        ("It cost 20100 dollars.", "2010-01-01", "2010-12-31", False),
        ("It was signed in 1995.", "1990-01-01", "1999-12-31", True),
        ("It was signed in March 2022.", "2022-03-01", "2022-03-31", True),
        ("It was signed in March 2021.", "2022-03-01", "2022-03-31", False),
        ("It was signed on 12 June.", "2014-06-12", "2014-06-12", True),
        ("It was signed on June 12, 2014.", "2014-06-12", "2014-06-12", True),
        ("It was signed on June 12, 2013.", "2014-06-12", "2014-06-12", False),
        ("It was signed last week.", "2022-06-06", "2022-06-12", False),
    ],
)
def test_a_text_names_the_time_of_an_event(text: str, first: str, last: str, named: bool) -> None:
    assert names_time(text, EventWindow(date.fromisoformat(first), date.fromisoformat(last))) is named


def test_the_filters_of_a_question_are_applied_to_its_articles(library: Library) -> None:
    answer = asked(library, "According to Herald, who signed the harbour pledge?")
    assert {passage.article_id for passage in answer.passages} == {"y2010", "y2015"}
    answer = asked(library, "Articles from 2015: who signed the harbour pledge?")
    assert {passage.article_id for passage in answer.passages} == {"y2015"}


def test_an_ignored_filter_lets_the_other_articles_in(library: Library) -> None:
    question = "According to Herald, who signed the harbour pledge?"
    answer = asked(library, question, ignore_filters=["According to Herald"])
    assert len({passage.article_id for passage in answer.passages}) == 6
    assert answer.filters == ()


def test_when_nothing_is_left_the_answer_says_which_filter_to_remove(library: Library) -> None:
    question = "Articles from 1980 in the Gazette: who signed the harbour pledge?"
    answer = asked(library, question)
    assert answer.status == "not_found"
    assert "Remove “from 1980” to search the others." in answer.notes[-1]
    assert answer.notes[-1] in answer.text
    assert asked(library, question, ignore_filters=["from 1980"]).passages


def test_when_no_single_filter_helps_all_are_named(library: Library) -> None:
    answer = asked(library, "Articles from 1980, as of 1990: who signed the harbour pledge?")
    assert "Remove “from 1980” and “as of 1990”" in answer.notes[-1]


def test_the_retriever_leaves_nothing_out_for_the_question_s_own_dates(library: Library) -> None:
    documents = LibraryRetriever(library=library).invoke("Articles from 1980: who signed the harbour pledge?")
    assert len(documents) == 6


# -- on the sample, and on the archive of 2022 -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who led the IMU in 2001?", "Namangani"),
        ("Who led the IMU in 2010?", "Adil"),
        ("Who led the IMU in 2014?", "Ghazi"),
        ("Who leads the IMU as of 2011?", "Adil"),
        ("What was the capital of Kazakhstan called in 2020?", "Nur-Sultan"),
    ],
)
def test_the_year_of_a_question_steers_who_is_named(question: str, answer: str, sample_library: Library) -> None:
    assert answer in (ask(sample_library, question).guess or "")


@pytest.mark.archive
def test_no_question_of_the_archive_loses_an_article_that_answers_it(data_folder: Path) -> None:
    import gzip
    import json

    folder = data_folder / "realtimeqa"
    with gzip.open(folder / "rtqa-2022-articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = {article["url"]: article for article in map(json.loads, lines)}
    outlets = sorted({article["outlet"] for article in articles.values()})
    read = filtered = 0
    for record in load_questions(folder / "rtqa-2022-questions.jsonl"):
        query = parse_query(record.question, as_of=record.as_of, known_outlets=outlets, today=date(2023, 3, 1))
        explicit = parse_query("Who?", as_of=record.as_of)
        read += bool(query.filters)
        filtered += any(one.effect == "filters" for one in query.filters)
        for url in record.articles:
            if inside(explicit, articles[url]):
                assert inside(query, articles[url]), (record.question, query.filters, url)
    assert read >= 255
    assert filtered >= 2


def inside(query: Query, article: dict[str, str]) -> bool:
    """Whether an article lies in the window of a query."""
    window, day = query.window, date.fromisoformat(article["published"][:10]).toordinal()
    in_time = (window.since is None or day >= window.since) and (window.until is None or day <= window.until)
    return in_time and (not window.outlets or article["outlet"] in window.outlets)
