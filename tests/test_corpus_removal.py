"""A removed article leaves nothing behind: its bytes are looked for in every file of the library's folder."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import corpus.index.dense
import corpus.store.schema
from corpus import Article, Library, Selection, UnknownArticleError, Visit
from corpus.store.articles import ERASED
from tests.support.shelves import articles_found, assert_whole, child, lexical, open_fake, put, some_article

CANARY = "The Quetzalcoatl dossier was hidden under Zwanziger floorboards by Xylophiloss himself."
TOKENS = ("quetzalcoatl", "zwanzig", "xylophiloss", "floorboard")
"""Words of the canary as the full-text index keeps them: in lower case, stemmed."""
SECRETS = (CANARY.encode(), *(token.encode() for token in TOKENS), b"Quetzalcoatl", b"secret-source", b"hush.example")


def canary() -> object:
    return replace(
        some_article(500),
        id="canary",
        text=f"{CANARY} {some_article(500).text}\n\n{CANARY * 40}",
        title="Quetzalcoatl file opened",
        url="https://hush.example/xylophiloss",
        authors=("Quetzalcoatl Xylophiloss",),
        source="/secret-source/file.html",
        metadata={"note": "floorboard"},
    )


def left_in(folder: Path, secrets: tuple[bytes, ...] = SECRETS) -> list[tuple[str, bytes]]:
    """The files that hold a secret, in either case."""
    return [
        (str(path.relative_to(folder)), secret)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for secret in secrets
        if secret in bytes_of(path) or secret.lower() in bytes_of(path).lower()
    ]


def test_the_canary_would_be_seen(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, canary())
    assert {secret for _, secret in left_in(tmp_path)} == set(SECRETS)


@pytest.mark.parametrize("others", [0, 1, 40])
def test_nothing_is_left_while_the_library_is_open_nor_after(tmp_path: Path, others: int) -> None:
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in range(others // 2)), canary())
        put(library, *(some_article(number) for number in range(others // 2, others)))
        assert library.wait_for_index()
        assert set(lexical(library, "quetzalcoatl")) == {"canary"}
        vectors = [row["vector"] for row in library._store.passage_rows("canary")]
        library.remove("canary")
        assert left_in(tmp_path) == []
        assert lexical(library, *TOKENS) == []
        assert "canary" not in articles_found(library, CANARY, 50)
        for number in range(others):
            assert_whole(library, some_article(number))
    assert left_in(tmp_path) == []
    store = (tmp_path / "store.db").read_bytes()
    assert not any(vector in store for vector in vectors), "a vector of the removed article is still in the store"
    with open_fake(tmp_path) as library:
        assert library.wait_for_index()
        assert library.check() == []
        assert library.find("https://hush.example/xylophiloss") is None
        with pytest.raises(UnknownArticleError):
            library.get("canary", 1)
    assert left_in(tmp_path) == []


def test_no_earlier_revision_is_left(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in range(5)), canary())
        put(library, replace(some_article(7), id="canary"), replace(some_article(8), id="canary"))
        assert left_in(tmp_path) != [], "old revisions are kept"
        library.remove("canary")
        assert left_in(tmp_path) == []
    assert left_in(tmp_path) == []


def test_nothing_is_left_when_a_later_session_removes_it(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, canary(), *(some_article(number) for number in range(10)))
    with open_fake(tmp_path) as library:
        library.remove("canary")
    assert left_in(tmp_path) == []


def test_nothing_is_left_when_others_read_meanwhile(tmp_path: Path) -> None:
    stop = threading.Event()
    errors: list[BaseException] = []

    def read(library: Library) -> None:
        try:
            while not stop.is_set():
                articles_found(library, CANARY, 20)
                lexical(library, "storm")
        except BaseException as error:
            errors.append(error)

    with open_fake(tmp_path) as library:
        put(library, canary(), *(some_article(number) for number in range(10)))
        threads = [threading.Thread(target=read, args=(library,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        library.remove("canary")
        left = left_in(tmp_path)
        stop.set()
        for thread in threads:
            thread.join()
    assert (left, errors) == ([], [])
    assert left_in(tmp_path) == []


def test_an_article_may_come_back_after_its_removal(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, some_article(1))
        library.remove("a1")
        change = put(library, some_article(1))[0]
        assert (change.kind, change.revision) == ("added", 1)
        assert_whole(library, some_article(1))


# -- what else was noted of an article --------------------------------------------------------------------------------


def noted(library: Library) -> None:
    """Put the canary in, with all that following a source notes of it."""
    put(library, canary(), some_article(1))
    assert library.wait_for_index()
    with library._store.transaction() as connection:
        number = connection.execute("SELECT number FROM articles WHERE id = 'canary'").fetchone()[0]
        connection.execute(
            "INSERT INTO addresses(address, id, url, article, text_digest, outlet, title, published, source, fetched) "
            "VALUES ('https://copy.example/xylophiloss', 'c1', 'https://copy.example/xylophiloss', "
            "?, x'00', 'Wire', 'Quetzalcoatl', NULL, "
            "'https://copy.example/feed', NULL)",
            (number,),
        )
    library.following.note_visit(Visit("https://hush.example/xylophiloss", "2026-01-01", 200, article_id="canary"))
    library.following.note_visit(Visit("http://www.copy.example/xylophiloss/", "2026-01-01", 200))
    library.following.note_visit(Visit("https://news.example/1", "2026-01-01", 200, article_id="a1"))
    number = library.following.start_run(["https://hush.example/xylophiloss", "/elsewhere"], "2026-01-01")
    library.following.end_run(
        number,
        "2026-01-01",
        {
            "failed": [
                {"where": "http://hush.example/xylophiloss?utm_source=x", "line": None, "reason": "came twice"},
                {"where": "other.html", "line": 3, "reason": "the same as https://hush.example/xylophiloss."},
                {"where": "/secret-source/file.html", "line": None, "reason": "holds no text"},
                {"where": "elsewhere.html", "line": None, "reason": "duplicate id 'canary', first seen elsewhere"},
                {"where": "fine.html", "line": 1, "reason": "holds no text: a canary sang"},
            ]
        },
    )


def test_what_following_noted_of_an_article_goes_with_it(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        noted(library)
        removed = library.remove("canary")
        assert (removed.articles, removed.revisions, removed.addresses, removed.withheld) == (("canary",), 1, 1, 2)
        assert left_in(tmp_path, (*SECRETS, b"copy.example")) == []
        assert library.following.visit("https://news.example/1") is not None
        run = library.following.runs()[0]
        assert run.sources == ("(removed)", "/elsewhere")
        assert [tuple(problem.values()) for problem in run.report["failed"]] == [
            ("(removed)", None, "came twice"),
            ("other.html", 3, "(removed)"),
            ("(removed)", None, "holds no text"),
            ("elsewhere.html", None, "(removed)"),
            ("fine.html", 1, "holds no text: a canary sang"),
        ]
        for address in ("https://hush.example/xylophiloss", "http://www.copy.example/xylophiloss?fbclid=1"):
            assert library.following.is_withheld(address)
        assert not library.following.is_withheld("https://news.example/1")
    assert left_in(tmp_path, (*SECRETS, b"copy.example")) == []


def test_addresses_may_come_back_when_they_are_not_withheld(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        noted(library)
        assert library.remove("canary", withhold=False).withheld == 0
        assert not library.following.is_withheld("https://hush.example/xylophiloss")


def test_a_copy_at_another_outlet_may_come_back_when_one_outlet_is_removed(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        noted(library)
        library.remove("canary", outlet=some_article(500).outlet)
        assert library.following.is_withheld("https://hush.example/xylophiloss")
        assert not library.following.is_withheld("https://copy.example/xylophiloss")


def placed(library: Library) -> Article:
    """Put an article in whose text also stood at another outlet, under the canary's title and address; return it."""
    held = some_article(1)
    put(library, held, some_article(2))
    address = "https://hush.example/xylophiloss"
    place = replace(
        held,
        id="canary",
        url=address,
        outlet="Hush",
        title="Quetzalcoatl file opened",
        published="2014-05-06",
        source="/secret-source/feed",
    )
    assert library.keep_copy(place) is not None
    library.following.note_visit(Visit(address, "2026-01-01", 200, article_id="canary"))
    number = library.following.start_run([address], "2026-01-01")
    library.following.end_run(number, "2026-01-01", {"skipped": [{"where": address, "line": None, "reason": "a copy"}]})
    return held


@pytest.mark.parametrize(
    "selection",
    [
        Selection(outlet="Hush"),
        Selection(since=date(2014, 5, 6), until=date(2014, 5, 6)),
        Selection(("http://www.hush.example/xylophiloss?utm_source=feed",), outlet="Hush"),
    ],
)
def test_a_filter_also_means_what_stands_as_a_place_of_another_article(tmp_path: Path, selection: Selection) -> None:
    with open_fake(tmp_path) as library:
        held = placed(library)
        assert library.wait_for_index()
        index = sorted((tmp_path / "index").rglob("*"))
        assert left_in(tmp_path)
        chosen = library.select(selection)
        assert (chosen.ids, len(chosen.places)) == ((), 1)
        removed = library.remove(places=chosen.places, outlet=selection.outlet)
        assert (removed.articles, removed.addresses, removed.withheld) == ((), 1, 1)
        assert left_in(tmp_path) == []
        assert_whole(library, held)
        assert library.also_in(held.id) == ()
        assert library.following.is_withheld("https://hush.example/xylophiloss")
        assert library.following.runs()[0].sources == ("(removed)",)
        assert library.select(selection).places == ()
        assert not library._store.meta(ERASED), "an index that holds nothing of it would be built again"
        assert sorted((tmp_path / "index").rglob("*")) == index
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    "selection", [Selection(outlet="The Gazette"), Selection(("a2",), outlet="Hush"), Selection(until=date(2014, 5, 5))]
)
def test_a_filter_leaves_other_places_alone(tmp_path: Path, selection: Selection) -> None:
    with open_fake(tmp_path) as library:
        placed(library)
        assert library.select(selection).places == ()


def test_a_place_that_a_source_gave_goes_with_its_article(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        held = placed(library)
        chosen = library.select(Selection(source="secret-source"))
        assert (chosen.ids, chosen.places) == ((held.id,), ())
        library.remove(*chosen.ids, places=chosen.places)
        assert left_in(tmp_path) == []


def test_a_feed_that_others_came_from_stays_named(tmp_path: Path) -> None:
    feed = "https://hush.example/feed"
    with open_fake(tmp_path) as library:
        put(library, replace(some_article(1), source=feed), replace(some_article(2), source=feed))
        library.following.start_run([feed], "2026-01-01")
        library.remove("a1")
        assert library.following.runs()[0].sources == (feed,)
        library.remove("a2")
        assert library.following.runs()[0].sources == ("(removed)",)


# -- the bytes that SQLite and Chroma would keep ----------------------------------------------------------------------


def vector_bytes(library: Library, article_id: str) -> tuple[bytes, ...]:
    """What Chroma's files would hold of an article: the middle of its vectors, as they were handed over."""
    rows = library._store.passage_rows(article_id)
    return tuple(np.frombuffer(row["vector"], np.float32)[8:40].tobytes() for row in rows)


def files_with(folder: Path, secrets: tuple[bytes, ...]) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path.relative_to(folder)) for path in files if any(one in bytes_of(path) for one in secrets)]


def bytes_of(path: Path) -> bytes:
    """What a file holds; nothing when it has just been removed."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def waited_for_clean_index(folder: Path, secrets: tuple[bytes, ...], seconds: float = 60) -> list[str]:
    end = time.monotonic() + seconds
    while (left := files_with(folder, secrets)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


def test_vectors_leave_the_index_of_an_open_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corpus.index.dense, "RENEW_AFTER", 0.1)
    with open_fake(tmp_path) as library:
        put(library, canary(), *(some_article(number) for number in range(12)))
        assert library.wait_for_index()
        articles_found(library, CANARY)
        vectors = vector_bytes(library, "canary")
        assert any(name.startswith("index") for name in files_with(tmp_path, vectors)), "the bytes would not be seen"
        library.remove("canary")
        assert waited_for_clean_index(tmp_path, vectors) == []
        assert_whole(library, some_article(3))
        assert library.check() == []
    assert files_with(tmp_path, vectors) == []


def test_vectors_leave_the_index_when_a_library_is_closed_at_once(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, canary(), *(some_article(number) for number in range(12)))
        assert library.wait_for_index()
        articles_found(library, CANARY)
        vectors = vector_bytes(library, "canary")
        library.remove("canary")
    assert files_with(tmp_path, vectors) == []
    with open_fake(tmp_path) as library:
        assert library.wait_for_index()
        assert_whole(library, some_article(3))
        assert library.check() == []
    assert files_with(tmp_path, vectors) == []


def test_vectors_leave_the_index_that_nobody_has_open(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, canary(), *(some_article(number) for number in range(12)))
        assert library.wait_for_index()
    with open_fake(tmp_path) as library:
        vectors = vector_bytes(library, "canary")
        assert files_with(tmp_path / "index", vectors) != []
        library.remove("canary")
        assert files_with(tmp_path, vectors) == []
        assert_whole(library, some_article(3))


# -- readers in the way, and kills ------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", ["reading", "closing"])
def test_what_a_reader_held_back_is_forgotten_when_it_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    monkeypatch.setattr(corpus.store.schema, "PATIENCE", 50)
    library = open_fake(tmp_path)
    put(library, canary(), some_article(1))
    library._store._writer.execute("PRAGMA busy_timeout = 50")
    reading = library._store._reader()
    connection = reading.__enter__()
    connection.execute("BEGIN")
    assert connection.execute("SELECT count(*) FROM passages").fetchone()[0]
    library.remove("canary")
    assert left_in(tmp_path) != [], "the reader was not in the way"
    assert articles_found(library, CANARY) == ["a1"] * len(library.passages_of("a1"))
    connection.execute("COMMIT")
    if ends == "reading":
        reading.__exit__(None, None, None)
        end = time.monotonic() + 60
        while left_in(tmp_path) and time.monotonic() < end:  # the index may be reading the store just then
            articles_found(library, CANARY)
        assert left_in(tmp_path) == []
        library.close()
    else:
        leaving = threading.Timer(0.3, reading.__exit__, (None, None, None))
        leaving.start()
        library.close()
        leaving.join()
    assert left_in(tmp_path) == []


def test_closing_waits_for_readers_so_that_the_log_is_folded_in(tmp_path: Path) -> None:
    stop = threading.Event()

    def read(library: Library) -> None:
        while not stop.is_set():
            try:
                library._store.rows("SELECT text FROM passages, (SELECT 1 UNION SELECT 2)")
            except Exception:
                return

    library = open_fake(tmp_path)
    put(library, canary(), *(some_article(number) for number in range(10)))
    threads = [threading.Thread(target=read, args=(library,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    library.remove("canary")
    library.close()
    stop.set()
    for thread in threads:
        thread.join()
    assert left_in(tmp_path) == []
    assert not (tmp_path / "store.db-wal").exists()


KILLED = """
import os, sys
from pathlib import Path
import corpus.store.database
from tests.support import shelves
root, start = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
clear = corpus.store.database.clear_gaps
def removing(folder, wanted):
    step = 0
    def count(*_):
        nonlocal step
        step += 1
        if step == wanted:
            os.kill(os.getpid(), 9)
    def clearing(file):
        count()
        return clear(file)
    corpus.store.database.clear_gaps = clearing
    library = shelves.open_fake(folder)
    library._store._writer.set_trace_callback(count)
    library.remove("canary", "a1")
    count()
wanted, done = 0, False
while not done:
    wanted += 1
    folder = root / str(wanted)
    folder.mkdir()
    (folder / "store.db").write_bytes(start)
    child = os.fork()
    if not child:
        removing(folder, wanted)
        os._exit(0)
    done = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print(wanted, flush=True)
"""


def test_a_kill_at_any_statement_of_a_removal_leaves_all_of_it_or_nothing(tmp_path: Path) -> None:
    with open_fake(tmp_path / "start") as library:
        noted(library)
        put(library, replace(some_article(7), id="canary"), some_article(2))
    steps = int(child(KILLED, tmp_path, tmp_path / "start" / "store.db").communicate(timeout=300)[0])
    outcomes = []
    for folder in (tmp_path / str(step) for step in range(1, steps + 1)):
        with open_fake(folder) as library:
            there = {listed.id for listed in library.articles()}
            outcomes.append(len(there))
            if "canary" in there:
                assert there == {"canary", "a1", "a2"}
                assert library.get("canary", 1) == canary()
                assert_whole(library, replace(some_article(7), id="canary"))
            else:
                assert there == {"a2"}
                assert left_in(folder) == []
                assert library.following.is_withheld("https://hush.example/xylophiloss")
        assert "canary" in there or left_in(folder) == []
    assert steps > 20
    assert outcomes == sorted(outcomes, reverse=True)
    assert outcomes.count(1) >= 3, "no kill came after the commit"


# -- which articles are meant -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(("a1", "a2")), "a1 a2"),
        (Selection(("http://www.news.example/1/?utm_source=feed#top",)), "a1"),
        (Selection(("https://copy.example/1",)), "a1"),
        (Selection(outlet="The Herald"), "a1 a4"),
        (Selection(since=date(2013, 1, 1), until=date(2014, 12, 31)), "a3 a4"),
        (Selection(outlet="The Herald", since=date(2013, 1, 1)), "a4"),
        (Selection(source="wire.JSONL"), "a2 a3"),
        (Selection(source="100%_"), ""),
        (Selection(("a1", "a2"), outlet="The Herald"), "a1"),
        (Selection(outlet="Nobody"), ""),
    ],
)
def test_articles_are_selected_by_name_and_by_filter(tmp_path: Path, selection: Selection, expected: str) -> None:
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in (0, 1, 4)))
        put(library, *(replace(some_article(number), source="/in/wire.jsonl") for number in (2, 3)))
        with library._store.transaction() as connection:
            connection.execute(
                "INSERT INTO addresses(address, id, url, article, text_digest, outlet, title) "
                "SELECT 'https://copy.example/1', 'c1', 'https://copy.example/1', number, x'00', 'W', '' "
                "FROM articles WHERE id = 'a1'"
            )
        chosen = library.select(selection)
        assert sorted(chosen.ids) == expected.split()
        assert chosen.unknown == ()


def test_names_of_nothing_are_told(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, some_article(1))
        chosen = library.select(Selection(("a1", "nope", "https://news.example/2")))
        assert (chosen.ids, chosen.unknown) == (("a1",), ("nope", "https://news.example/2"))
        assert library.remove().articles == ()


def test_many_articles_go_in_one_transaction(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number, sentences=2) for number in range(600)))
        removed = library.remove(*(f"a{number}" for number in range(1, 600)))
        assert (len(removed.articles), removed.revisions) == (599, 599)
        assert removed.passages == len(removed.dropped) >= 599
        assert [listed.id for listed in library.articles()] == ["a0"]
        assert_whole(library, some_article(0, sentences=2))
        assert library.check() == []
