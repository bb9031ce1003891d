"""A removed article leaves nothing behind: its bytes are looked for in every file of the library's folder."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from shelves import articles_found, assert_whole, lexical, open_fake, put, some_article

from corpus import Library, UnknownArticleError

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
        if secret in path.read_bytes() or secret.lower() in path.read_bytes().lower()
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
