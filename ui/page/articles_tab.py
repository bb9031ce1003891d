"""The tab that lists, reads, adds and removes articles.

There is no `from __future__ import annotations` here: gradio reads the annotations of its handlers when the page is
built.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from ui.page.actions.library import add_samples, add_uploads, discard_uploads, list_changes, remove_article
from ui.page.actions.web import add_from_web, list_runs
from ui.page.parts import html_part, make_opener, quiet_event
from ui.page.views.evidence import empty_reader
from ui.page.views.markup import render

if TYPE_CHECKING:
    from corpus import Library


@dataclass(frozen=True, slots=True)
class ArticlesTab:
    """The components of the tab that follow the library, and the events that change it."""

    changing: list[Any]
    listing: Any
    search: Any
    runs: Any


def build_articles_tab(library: "Library", intro: Any) -> ArticlesTab:
    """Build the tab; a press in the `intro` of the other one adds the sample articles."""
    import gradio as gr

    with gr.Row(elem_id="pm-articles-layout", equal_height=False):
        with gr.Column(elem_id="pm-articles-left"):
            search = gr.Textbox(
                label="Search the articles",
                placeholder="Words of the text, title, outlet or address",
                elem_id="pm-search",
                max_length=200,
            )
            files, address, fetch = _build_adding()
            upload = html_part("upload", "")
            runs = html_part("runs", "")
            with gr.Accordion("Changes", open=False, elem_id="pm-changes") as changes:
                changed = html_part("changes", "")
            notice = html_part("notice", "")
            listing = html_part("listing", "")
        with gr.Column(elem_id="pm-articles-right"):
            reader = html_part("reader", empty_reader(), [make_opener(library)])

    def remove(event: gr.EventData) -> tuple[str, str, str]:
        return remove_article(library, str(event._data.get("remove", ""))), empty_reader(), ""

    removed = listing.click(remove, outputs=[notice, reader, upload], **quiet_event())
    gr.on([search.change, files.upload, address.submit, fetch.click], lambda: "", outputs=[notice], **quiet_event())
    changes.expand(lambda: list_changes(library, date.today()), outputs=[changed], **quiet_event())

    def add(paths: list[str] | None) -> Iterator[str]:
        try:
            yield from add_uploads(library, paths)
        finally:
            discard_uploads(paths)  # what is removed from the library may not stay in the folder of uploads

    one_at_a_time = {"outputs": [upload], "concurrency_limit": 1, **quiet_event()}
    added = files.upload(add, [files], **one_at_a_time)
    added = added.then(lambda: None, outputs=[files], **quiet_event())
    fetched = gr.on(
        [address.submit, fetch.click], lambda text: (yield from add_from_web(library, text)), [address], **one_at_a_time
    )
    samples = intro.click(lambda: (yield from add_samples(library)), **one_at_a_time)
    for event in (added, fetched):
        event.then(lambda: list_runs(library), outputs=[runs], **quiet_event())
    return ArticlesTab([removed, added, fetched, samples], listing, search, runs)


def _build_adding() -> tuple[Any, Any, Any]:
    """The ways to add articles: files and addresses."""
    import gradio as gr

    with gr.Accordion("Add articles", open=False, elem_id="pm-adding"):
        html_part("accepted", render("accepted.html"))
        files = gr.File(label="Add articles", file_count="multiple", height=132, elem_id="pm-files")
        with gr.Row(elem_id="pm-web-row"):
            address = gr.Textbox(
                label="Add from the web",
                info="A page, a feed, a sitemap or a whole site",
                placeholder="https://news.example",
                elem_id="pm-web",
                max_length=4000,
                scale=1,
            )
            fetch = gr.Button("Add", variant="secondary", elem_id="pm-web-add", scale=0, min_width=88)
    return files, address, fetch
