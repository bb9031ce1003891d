"""The web page: a tab to ask and a tab for the articles. `ui.page` is the only door to gradio.

    build_app   the page for a library: masthead, `ask_tab`, `articles_tab`, and what ties them together
    web_app     the page as an ASGI application, behind `ui.page.server.guard`
    serve       the application on an address, until Ctrl-C (`ui.page.server.serving`)

    a press ──► static/*.js, or an event ──► actions/ (asks, opens, adds) ──► views/ ──► templates/*.html ──► the page

What is shown is rendered by pure functions in `views`; what a press of a button does in the browser itself is in
`static`. Gradio is imported inside functions because it takes seconds. There is no `from __future__ import
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
from ui.page.actions.search import PAGE_SIZE, list_articles
from ui.page.actions.web import list_runs
from ui.page.articles_tab import build_articles_tab
from ui.page.models import Models
from ui.page.parts import ANSWERED_AT_ONCE, SESSION_SECONDS, html_part, quiet_event
from ui.page.server.guard import LOOPBACK_NAMES, Guard, is_loopback
from ui.page.server.serving import ServeError, listen, run
from ui.page.views.library import dialogs_html, examples_html, header_html, intro_html

if TYPE_CHECKING:
    import gradio as gr

    from corpus import Library
    from rag import ChatModel


__all__ = ["ServeError", "build_app", "serve", "web_app"]

STATIC = Path(__file__).parent / "static"
STYLE_SHEETS = ("page.css", "conversation.css", "forms.css", "panels.css", "narrow.css")
SCRIPTS = ("core.js", "evidence.js", "asking.js", "history.js", "page.js")
UPLOAD_LIMIT = "50mb"
QUEUE_LENGTH = 256


def build_app(library: "Library", models: Models | None = None) -> "gr.Blocks":
    """The page for a library, with the language models that it offers."""
    models = models or Models()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    from ui.page.ask_tab import build_ask_tab

    with gr.Blocks(title="Pressmark", analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as app:
        masthead = html_part("masthead", header_html(library.stats()), [_make_watcher(library)])
        html_part("dialogs", dialogs_html())
        with gr.Tabs(elem_id="pm-tabs"):
            with gr.Tab("Ask"):
                ask_tab = build_ask_tab(library, models)
            with gr.Tab("Articles") as articles_tab:
                articles = build_articles_tab(library, ask_tab.intro)

        seen = gr.State("", time_to_live=SESSION_SECONDS)

        def refresh() -> tuple[Any, ...]:
            stats = library.stats()
            choices = gr.update(choices=[name for name, _ in stats.outlets if name])
            return header_html(stats), intro_html(stats), examples_html(library), choices, stats.fingerprint

        # None of these writes into the conversation: what comes late would take an answer away.
        shown = [masthead, ask_tab.intro, ask_tab.examples, ask_tab.outlets, seen]
        following: dict[str, Any] = {"outputs": shown, **quiet_event()}
        app.load(refresh, **following)
        masthead.select(refresh, **following)
        # Apart from the rest, because a machine without a model answers slowly.
        app.load(lambda: gr.update(choices=models.choices()), outputs=[ask_tab.model], **quiet_event())
        for event in articles.changing:
            event.then(refresh, **following)
        _follow_search(library, app, articles_tab, seen, articles)
        gr.on([app.load, articles_tab.select], lambda: list_runs(library), outputs=[articles.runs], **quiet_event())
    app.queue(max_size=QUEUE_LENGTH, default_concurrency_limit=ANSWERED_AT_ONCE, api_open=False)
    return app


def _make_watcher(library: "Library") -> Any:
    """The function that the page's script calls again and again to see whether the library has changed.

    It is no event: an event would clear the messages at the fields of a question (gradio does so with every one).
    """

    def watch_library(_request: Any) -> str:
        return library.stats().fingerprint

    return watch_library


def _follow_search(library: "Library", app: Any, tab: Any, seen: Any, articles: Any) -> None:
    """Write the list of articles in one event, one run at a time and the last one wins.

    Of two that answered side by side, the one with the older search could come last, and a press would then open
    another article than was read.
    """
    import gradio as gr

    def show_list(event: gr.EventData, text: str) -> str:
        data = event._data if isinstance(event._data, dict) else {}
        wanted = data.get("shown")
        return list_articles(library, text, date.today(), wanted if isinstance(wanted, int) else PAGE_SIZE)

    gr.on(
        [app.load, tab.select, seen.change, articles.search.change, articles.search.submit, articles.listing.input],
        show_list,
        inputs=[articles.search],
        outputs=[articles.listing],
        trigger_mode="always_last",
        **quiet_event(),
    )


def page_style() -> dict[str, Any]:
    """The look of the page, as gradio takes it: theme, style sheet, script. Nothing of it comes from elsewhere."""
    import gradio as gr

    sans = ["ui-sans-serif", "system-ui", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
    mono = ["ui-monospace", "Menlo", "Consolas", "monospace"]
    theme = gr.themes.Base(font=sans, font_mono=mono, radius_size="sm").set(
        body_background_fill="#faf9f6",
        body_background_fill_dark="#161615",
        body_text_color="#1c1b19",
        body_text_color_dark="#ece9e3",
    )
    script = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return {
        "theme": theme,
        "css": "\n".join((STATIC / name).read_text(encoding="utf-8") for name in STYLE_SHEETS),
        "head": f"<script>{script}</script>",
        "favicon_path": str(STATIC / "favicon.svg"),
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
