"""ui.page.articles_tab."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from ui.page.evidence import empty_reader
from ui.page.library_work import add_uploads, discard_uploads, list_changes, remove_article
from ui.page.parts import html_part, make_opener, quiet_event
from ui.page.web_sources import add_from_web, list_runs

if TYPE_CHECKING:
    from corpus import Library


def build_articles_tab(library: "Library") -> tuple[list[Any], Any, Any, Any]:
    """Build the tab that lists, adds and removes articles."""
    import gradio as gr

    with gr.Row(elem_id="pm-articles-layout", equal_height=False):
        with gr.Column(elem_id="pm-articles-left"):
            files = gr.File(label="Add articles", file_count="multiple", height=144, elem_id="pm-files")
            with gr.Row(elem_id="pm-web-row"):
                address = gr.Textbox(
                    label="Add from the web",
                    placeholder="https://news.example",
                    elem_id="pm-web",
                    max_length=4000,
                    scale=1,
                )
                fetch = gr.Button("Add", variant="secondary", elem_id="pm-web-add", scale=0, min_width=88)
            upload = html_part("upload", "")
            runs = html_part("runs", "")
            with gr.Accordion("Changes", open=False, elem_id="pm-changes") as changes:
                changed = html_part("changes", "")
            search = gr.Textbox(
                label="Search the articles", placeholder="Title, text or outlet", elem_id="pm-search", max_length=200
            )
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

    added = files.upload(add, [files], [upload], concurrency_limit=1, **quiet_event())
    added = added.then(lambda: None, outputs=[files], **quiet_event())
    fetched = gr.on(
        [address.submit, fetch.click],
        lambda text: (yield from add_from_web(library, text)),
        [address],
        [upload],
        concurrency_limit=1,
        **quiet_event(),
    )
    for event in (added, fetched):
        event.then(lambda: list_runs(library), outputs=[runs], **quiet_event())
    return [removed, added, fetched], listing, search, runs
