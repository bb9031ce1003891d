"""What changed in an article, on the page: marked for eyes and ears, escaped, and uploads that leave nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus import Article, Library
from tests.support.shelves import open_fake, put
from ui.page.actions.library import discard_uploads, list_changes
from ui.page.actions.opening import open_article

TODAY = date(2021, 4, 1)
HOSTILE = "<img src=x onerror=alert(1)>"
FLOOD = Article(
    id='flood"><script>',
    text=f"Rain fell. The mayor said that 93 people had died {HOSTILE}. Nobody was hurt. It was dark. It was cold.",
    title=f"Flood {HOSTILE}",
    outlet="The Gazette",
    published="2021-03-04",
    fetched="2021-03-04T10:00:00+00:00",
)
LATER = replace(
    FLOOD,
    text=FLOOD.text.replace("93 people", "39 <b>people</b>"),
    title=f"Floods {HOSTILE}",
    fetched="2021-03-06T10:00:00+00:00",
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_fake(tmp_path / "library") as library:
        put(library, FLOOD)
        yield library


def opened(library: Library, **request: object) -> str:
    return open_article(library, {"article_id": FLOOD.id, "highlights": [], "focus": 0, **request}, TODAY)


def test_an_article_of_one_revision_says_nothing_of_changes(library: Library) -> None:
    assert "Changed on" not in opened(library)
    put(library, replace(FLOOD, authors=("Ada",)))
    assert "Changed on" not in opened(library)


def test_a_changed_article_leads_to_what_changed(library: Library) -> None:
    put(library, LATER)
    shown = opened(library)
    assert "Changed on 6 Mar 2021 (revision 2 of 2): " in shown
    assert 'data-revision="2">see what changed</button>' in shown
    difference = opened(library, revision=2)
    assert '<del><span class="pm-sr">[removed: </span>93<span class="pm-sr">]</span></del>' in difference
    assert "Revision 1, read on 4 Mar 2021, became revision 2, read on 6 Mar 2021." in difference
    assert "2 sentences unchanged" in difference
    assert "data-back" in difference


def test_nothing_of_an_article_becomes_markup(library: Library) -> None:
    put(library, LATER)
    for shown in (opened(library, revision=2), opened(library), list_changes(library, TODAY)):
        assert "<img" not in shown
        assert "<b>" not in shown
        assert "<script" not in shown
        assert "&lt;img" in shown


def test_several_changes_can_be_looked_at(library: Library) -> None:
    put(library, LATER, replace(LATER, text="Rain fell.", fetched="2021-03-07T10:00:00+00:00"))
    difference = opened(library, revision=3)
    assert 'data-revision="2">1 → 2</button>' in difference
    assert 'data-revision="3" aria-current="true">2 → 3</button>' in difference


@pytest.mark.parametrize("revision", [99, -1])
def test_a_revision_that_is_not_there_is_told(library: Library, revision: int) -> None:
    assert "no longer in the library" in opened(library, revision=revision)


def test_changes_are_listed_with_whether_the_outlet_said_so(library: Library) -> None:
    assert "No article was changed" in list_changes(library, TODAY)
    put(library, LATER)
    listed = list_changes(library, TODAY)
    assert "1 change, 1 without a note by the outlet" in listed
    assert '<span class="pm-kind" data-kind="silent">Silent change</span>' in listed
    assert "93 → 39" in listed
    assert "read 4 Mar 2021, found changed 6 Mar 2021" in listed


def test_uploads_are_deleted_with_their_folders(tmp_path: Path) -> None:
    paths = [tmp_path / "one" / "a.txt", tmp_path / "two" / "b.txt", tmp_path / "two" / "c.txt"]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text("secret")
    discard_uploads([str(path) for path in paths[:2]])
    assert [path.exists() for path in paths] == [False, False, True]
    assert not (tmp_path / "one").exists()
    discard_uploads([str(paths[0])])
    discard_uploads(None)
