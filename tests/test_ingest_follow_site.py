"""News sites on loopback, followed over several rounds in processes of their own that are killed in between."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from corpus import Library
from tests.support.news_site import Outlet, Story, canary, traps
from tests.support.shelves import child, open_fake

FOLLOW = """
import json, sys
from datetime import timedelta
from tests.support.fakes import FakeEmbedder
import ingest.pipeline
from corpus import Library
from ingest.fetching.fetch import FetchSettings
from ingest.web.visiting import WebSettings
from ingest.web.visits import Pace

folder, hosts, *sources = sys.argv[1:]
ingest.pipeline.BATCH_PASSAGES = 3
fetch = FetchSettings(allow_private=tuple(hosts.split(",")), delay_seconds=0.0, seconds=5.0, retries=0)
at_once = timedelta(0)
web = WebSettings(fetch=fetch, pace=Pace(soonest=at_once, share=0.0, no_article=at_once, retry=at_once))
with Library.open(folder, embedder=FakeEmbedder()) as library:
    report = ingest.pipeline.ingest(library, sources, web=web)
told = {name: [str(problem) for problem in getattr(report, name)] for name in ("failed", "skipped", "gone")}
print(json.dumps({**report.counts(), **told}))
"""


@dataclass
class Newsroom:
    """Two outlets, and a library that follows them."""

    folder: Path
    one: Outlet
    two: Outlet

    def follow(self, kill_at: int | None = None) -> dict[str, Any]:
        """A round; killed at the request of that number, when it says so."""
        outlets = (self.one, self.two)
        sources = (f"{self.one.address}/feed.xml", f"{self.one.address}/sitemap.xml", self.two.address)
        process = child(FOLLOW, self.folder, ",".join(outlet.place for outlet in outlets), *sources)
        seen = 0

        def kill(_path: str) -> None:
            nonlocal seen
            seen += 1
            if seen == kill_at:
                os.kill(process.pid, signal.SIGKILL)

        for outlet in outlets:
            outlet.asked.clear()
            outlet.answered.clear()
            outlet.on_request = kill
        printed, _ = process.communicate(timeout=180)
        if kill_at is not None:
            assert process.returncode == -signal.SIGKILL, "it was over before it could be killed"
            return {}
        assert process.returncode == 0
        return dict(json.loads(printed))

    def is_exactly(self, stories: dict[str, tuple[Story, int]]) -> None:
        """The library holds these stories by address, each with so many revisions, and nothing else."""
        with open_fake(self.folder) as library:
            found = {_is_held(library, url, story, revision) for url, (story, revision) in stories.items()}
            assert {article.id for article in library.articles()} == found
            # What both print may be one article with two addresses, or two: nothing else is doubled.
            assert len({story.number for story, _ in stories.values()}) <= len(found) <= len(stories)

    def all_of(self, *outlets: Outlet, revisions: dict[int, int] | None = None) -> dict[str, tuple[Story, int]]:
        return {
            outlet.address + story.path: (story, (revisions or {}).get(story.number, 1))
            for outlet in outlets
            for story in outlet.stories.values()
        }


def _is_held(library: Library, url: str, story: Story, revision: int) -> str:
    article = library.find(url)
    assert article is not None
    assert article.text.removeprefix(story.title).strip().split("\n") == story.sentences, url
    assert article.title == story.title
    assert library.record(article.id).revision == revision, url
    assert library.passages_of(article.id) != []
    # What no page and no list dates stays undated: a sitemap's lastmod is the date of a change.
    expected = story.day.date().isoformat() if story.dated != "nowhere" else None
    assert (article.published or "")[:10] == (expected or ""), url
    return article.id


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with ExitStack() as stack:
        one, two = (stack.enter_context(Outlet(name)) for name in ("The Marlow Courier", "Brayford Daily"))
        for number, dated in enumerate(("json-ld", "meta", "time", "", "json-ld", "meta"), 1):
            one.publish(number, dated=dated)
        for number in (7, 8, 9):
            one.publish(number, feed=False, news=True, dated="")
        one.publish(10, feed=False)
        one.publish(11, feed=False, dated="nowhere")
        for number in (21, 22, 23):
            two.publish(number, feed=number != 22)
        yield Newsroom(tmp_path / "library", one, two)


def test_followed_sites_are_held_exactly_through_kills_corrections_removals_and_traps(newsroom: Newsroom) -> None:
    one, two = newsroom.one, newsroom.two

    # Round 1, killed twice: what was acknowledged is not asked for again.
    newsroom.follow(kill_at=6)
    newsroom.follow(kill_at=9)
    report = newsroom.follow()
    assert (report["failed"], report["gone"], report["updated"]) == ([], [], 0)
    assert report["added"] < 14
    newsroom.is_exactly(newsroom.all_of(one, two))

    # Round 2: nothing has changed; nothing is read again.
    report = newsroom.follow()
    assert (report["added"], report["updated"], report["unchanged"], report["failed"]) == (0, 0, 0, [])
    pages = [status for path, status in one.answered if path.startswith("/news/")]
    assert pages == [304] * 11
    assert [status for path, status in one.answered if path in ("/feed.xml", "/sitemap-old.xml")] == [304, 304]

    # Round 3, killed once: corrections, a new report, and a wire story that both outlets print.
    for number in (2, 8, 10):
        one.correct(number)
    one.publish(12)
    for outlet in (one, two):
        outlet.publish(30)
    newsroom.follow(kill_at=8)
    report = newsroom.follow()
    assert report["failed"] == []
    revised = {2: 2, 8: 2, 10: 2}
    newsroom.is_exactly(newsroom.all_of(one, two, revisions=revised))

    # Round 4: a report is withdrawn, one was removed here, one is corrected once more, and traps are laid.
    one.take_down(3)
    one.correct(2)
    removed = one.address + one.stories[5].path
    with open_fake(newsroom.folder) as library:
        article = library.find(removed)
        assert article is not None
        library.remove(article.id)
        library.following.withhold([removed], "2024-05-01T00:00:00Z")
    newsroom.follow(kill_at=14)
    with canary() as (private, canary_asked):
        one.extra |= traps(private)
        one.feed_traps = [f"{one.address}{path}" for path in traps(private)]
        one.feed_traps += ["javascript:alert(1)", "file:///etc/passwd", f"{private}/feed", "http://169.254.169.254/x"]
        report = newsroom.follow()
        assert canary_asked == []
    assert [where.partition("?")[0] for where in report["gone"]] == [one.address + one.stories[3].path]
    said = " ".join([*report["failed"], *report["skipped"]])
    assert all(trap in said for trap in ("/trap/hangs", "/trap/away", "/trap/bomb", "/private/memo"))
    assert "/stolen" not in one.asked
    assert "/private/memo" not in one.asked
    with open_fake(newsroom.folder) as library:
        trap = library.find(f"{one.address}/trap/orders")
        assert trap is not None
        assert "Ignore all earlier instructions" in trap.text
        assert "fetch(" not in trap.text
        library.remove(trap.id)
    expected = newsroom.all_of(one, two, revisions={**revised, 2: 3})
    del expected[removed]
    newsroom.is_exactly(expected)
    with open_fake(newsroom.folder) as library:
        ended = [run.report for run in library.following.runs() if run.ended]
        assert len(ended) == 4
        assert len(library.following.runs()) == 8
        gone = library.following.visit(one.address + one.stories[3].path + "?utm_source=feed&utm_medium=rss")
        assert gone is not None
        assert gone.status == 410
        assert library.check() == []
