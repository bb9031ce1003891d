"""The web page: ask on the left, evidence on the right, and a tab for the articles. The only door to gradio.

    build_app   the page for a library: masthead, `_ask_tab`, `_articles_tab`, and what ties them together
    web_app     the page as an ASGI application, behind `ui.page.guard`
    serve       the application on an address, until Ctrl-C (`ui.page.serving`)

What is shown is rendered by pure functions elsewhere in `ui`; what a press of a button does in the page itself is in
`page.js`. Gradio is imported inside functions because it takes seconds. There is no `from __future__ import
annotations` here: gradio reads the annotations of its handlers when the page is built.
"""

import importlib
import os
import threading
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.handover.door import Door
from ui.page.articles_tab import build_articles_tab
from ui.page.ask_tab import build_ask_tab
from ui.page.guard import LOOPBACK_NAMES, Guard, is_loopback
from ui.page.library_page import header_html, intro_html
from ui.page.library_work import list_articles
from ui.page.models import Models
from ui.page.parts import ANSWERED_AT_ONCE, SESSION_SECONDS, html_part, quiet_event
from ui.page.serving import ServeError, listen, run
from ui.page.web_sources import list_runs

if TYPE_CHECKING:
    import gradio as gr

    from corpus import Library
    from rag import ChatModel


__all__ = ["ServeError", "build_app", "serve", "web_app"]

FOLDER = Path(__file__).parent
STYLE_SHEETS = ("page.css", "conversation.css", "panels.css")
UPLOAD_LIMIT = "50mb"
QUEUE_LENGTH = 256
FOLLOW_SECONDS = 3.0
"""How often an open page asks whether something came into the library, or went, beside it."""


def build_app(library: "Library", models: Models | None = None) -> "gr.Blocks":
    """The page for a library, with the language models that it offers."""
    models = models or Models()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    with gr.Blocks(title="Pressmark", analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as app:
        masthead = html_part("masthead", header_html(library.stats()))
        with gr.Tabs(elem_id="pm-tabs"):
            with gr.Tab("Ask"):
                intro, outlets, model = build_ask_tab(library, models)
            with gr.Tab("Articles") as articles_tab:
                changed, listing, search, runs = build_articles_tab(library)

        seen = gr.State("", time_to_live=SESSION_SECONDS)

        def refresh() -> tuple[Any, ...]:
            stats = library.stats()
            choices = gr.update(choices=[name for name, _ in stats.outlets if name])
            return header_html(stats), intro_html(library), choices, stats.fingerprint

        def follow(shown: str) -> tuple[Any, ...]:
            return (gr.skip(),) * 4 if library.stats().fingerprint == shown else refresh()

        # None of these writes into the conversation: what comes late would take an answer away.
        following = {"outputs": [masthead, intro, outlets, seen], **quiet_event()}
        app.load(refresh, **following)
        gr.Timer(FOLLOW_SECONDS).tick(follow, inputs=[seen], **following)
        # Beside the rest, because a machine without a model is asked in vain.
        app.load(lambda: gr.update(choices=models.choices()), outputs=[model], **quiet_event())
        for event in changed:
            event.then(refresh, **following)
        # One event writes the list, one run at a time and the last one wins: of two that answered beside each other,
        # the one with the older search could come last, and a press would then open another article than was read.
        gr.on(
            [app.load, articles_tab.select, seen.change, search.change, search.submit],
            lambda text: list_articles(library, text, date.today()),
            inputs=[search],
            outputs=[listing],
            trigger_mode="always_last",
            **quiet_event(),
        )
        gr.on([app.load, articles_tab.select], lambda: list_runs(library), outputs=[runs], **quiet_event())
    app.queue(max_size=QUEUE_LENGTH, default_concurrency_limit=ANSWERED_AT_ONCE, api_open=False)
    return app


def page_style() -> dict[str, Any]:
    """The look of the page, as gradio takes it: theme, style sheet, script. Nothing of it comes from elsewhere."""
    import gradio as gr

    sans = ["ui-sans-serif", "system-ui", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
    mono = ["ui-monospace", "Menlo", "Consolas", "monospace"]
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    return {
        "theme": gr.themes.Base(font=sans, font_mono=mono, radius_size="sm"),
        "css": "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLE_SHEETS),
        "head": f"<script>{script}</script>",
    }


def web_app(
    library: "Library",
    *,
    host: str = "127.0.0.1",
    auth: tuple[str, str] | None = None,
    model: "ChatModel | None" = None,
) -> Guard:
    """The page as an ASGI application; bound to loopback it answers to no other name."""
    app = build_app(library, Models(model))
    import fastapi
    import gradio as gr

    mounted = gr.mount_gradio_app(
        fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None),
        app,
        path="/",
        server_name=host,
        auth=auth,
        show_error=False,
        max_file_size=UPLOAD_LIMIT,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        **page_style(),
    )
    return Guard(mounted, LOOPBACK_NAMES | {host} if is_loopback(host) else None)


def load_early() -> None:
    """Import what the page is made of beside other work: it takes seconds, and an empty library takes some to fill."""
    threading.Thread(target=lambda: importlib.import_module("gradio"), name="load gradio", daemon=True).start()


def _warm_up(library: "Library") -> None:
    from corpus import CorpusError
    from rag import RagError, warm_up

    with suppress(CorpusError, RagError):  # whoever asks will be told
        warm_up(library)


def serve(
    library: "Library",
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    auth: tuple[str, str] | None = None,
    open_browser: bool = False,
    model: "ChatModel | None" = None,
) -> None:
    """Serve the page until Ctrl-C; raises `ServeError` when the address cannot be used.

    Meanwhile other processes of this user hand over what they would put into the library.
    """
    with listen(host, port) as listening, Door(library):
        threading.Thread(target=_warm_up, args=(library,), name="load models", daemon=True).start()
        run(web_app(library, host=host, auth=auth, model=model), listening, host, open_browser=open_browser)
