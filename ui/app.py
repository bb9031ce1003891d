"""The web page: ask on the left, evidence on the right, and a tab for the articles. The only door to gradio.

    build_app   the page for a library: masthead, `_ask_tab`, `_articles_tab`, and what ties them together
    web_app     the page as an ASGI application, behind `ui.guard`
    serve       the application on an address, until Ctrl-C (`ui.serving`)

What is shown is rendered by pure functions elsewhere in `ui`; what a press of a button does in the page itself is in
`page.js`. Gradio is imported inside functions because it takes seconds. There is no `from __future__ import
annotations` here: gradio reads the annotations of its handlers when the page is built.
"""

import importlib
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.asking import KEPT_TURNS, Exchange, Filters, asked_again, date_problem, exchanges, span_problem
from ui.door import Door
from ui.evidence import empty_evidence, empty_reader
from ui.guard import LOOPBACK_NAMES, Guard, is_loopback
from ui.library_page import header_html, intro_html
from ui.library_work import (
    add_uploads,
    discard_uploads,
    list_articles,
    list_changes,
    open_article,
    remove_article,
)
from ui.models import BUILTIN, BUILTIN_LABEL, Models
from ui.rendering import conversation_html
from ui.serving import ServeError, listen, run
from ui.web_sources import add_from_web, list_runs

if TYPE_CHECKING:
    import gradio as gr

    from corpus import Library
    from rag import ChatModel

__all__ = ["ServeError", "build_app", "serve", "web_app"]

FOLDER = Path(__file__).parent
STYLE_SHEETS = ("page.css", "conversation.css", "panels.css")
UPLOAD_LIMIT = "50mb"
QUEUE_LENGTH = 256
ANSWERED_AT_ONCE = 8
SESSION_SECONDS = 6 * 3600
FOLLOW_SECONDS = 3.0
"""How often an open page asks whether something came into the library, or went, beside it."""
# Hands a component's handles to page.js, whichever of the two is there first.
ATTACH = (
    "(window.pressmark ??= {parts: {}}).parts['%s'] = {element, props, server, trigger, watch};"
    "window.dispatchEvent(new CustomEvent('pressmark-part', {detail: '%s'}));"
)


def build_app(library: "Library", models: Models | None = None) -> "gr.Blocks":
    """The page for a library, with the language models that it offers."""
    models = models or Models()
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr

    with gr.Blocks(title="Pressmark", analytics_enabled=False, fill_width=True, delete_cache=(600, 3600)) as app:
        masthead = _html("masthead", header_html(library.stats()))
        with gr.Tabs(elem_id="pm-tabs"):
            with gr.Tab("Ask"):
                intro, outlets, model = _ask_tab(library, models)
            with gr.Tab("Articles") as articles_tab:
                changed, listing, search, runs = _articles_tab(library)

        seen = gr.State("", time_to_live=SESSION_SECONDS)

        def refresh() -> tuple[Any, ...]:
            stats = library.stats()
            choices = gr.update(choices=[name for name, _ in stats.outlets if name])
            return header_html(stats), intro_html(library), choices, stats.fingerprint

        def follow(shown: str) -> tuple[Any, ...]:
            return (gr.skip(),) * 4 if library.stats().fingerprint == shown else refresh()

        # None of these writes into the conversation: what comes late would take an answer away.
        following = {"outputs": [masthead, intro, outlets, seen], **_quiet()}
        app.load(refresh, **following)
        gr.Timer(FOLLOW_SECONDS).tick(follow, inputs=[seen], **following)
        # Beside the rest, because a machine without a model is asked in vain.
        app.load(lambda: gr.update(choices=models.choices()), outputs=[model], **_quiet())
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
            **_quiet(),
        )
        gr.on([app.load, articles_tab.select], lambda: list_runs(library), outputs=[runs], **_quiet())
    app.queue(max_size=QUEUE_LENGTH, default_concurrency_limit=ANSWERED_AT_ONCE, api_open=False)
    return app


def _html(name: str, value: str, server_functions: list[Any] | None = None) -> Any:
    """A part of the page that is rendered by us and reachable from page.js by its name."""
    import gradio as gr

    return gr.HTML(
        value,
        elem_id=f"pm-{name}",
        apply_default_css=False,
        js_on_load=ATTACH % (name, name),
        server_functions=server_functions,
    )


def _quiet() -> dict[str, Any]:
    """Events that draw no spinner over the page and are no part of the HTTP interface."""
    return {"show_progress": "hidden", "api_visibility": "private"}


def _ask_tab(library: "Library", models: Models) -> tuple[Any, Any, Any]:
    import gradio as gr

    history = gr.State((), time_to_live=SESSION_SECONDS)
    with gr.Row(elem_id="pm-ask-layout", equal_height=False):
        with gr.Column(elem_id="pm-left"):
            intro = _html("intro", intro_html(library))
            conversation = _html("conversation", conversation_html([]))
            with gr.Column(elem_id="pm-composer"):
                with gr.Row(elem_id="pm-question-row"):
                    question = gr.Textbox(
                        label="Your question",
                        show_label=False,
                        placeholder="Ask a question",
                        elem_id="pm-question",
                        max_lines=5,
                        max_length=2000,
                        container=False,
                        scale=1,
                    )
                    ask = gr.Button("Ask", variant="primary", elem_id="pm-ask", scale=0, min_width=88)
                with gr.Row(elem_id="pm-tools"):
                    filters, new = _filters(library)
                    model = _model_setting(models)
        with gr.Column(elem_id="pm-right"):
            evidence = _html("evidence", empty_evidence(), [_opener(library)])

    valid_question, valid_filters = _validators(models)
    gr.on(
        [question.submit, ask.click],
        _asking(library, models),
        inputs=[question, history, *filters, model],
        outputs=[conversation, evidence, history, question],
        validator=valid_question,
        concurrency_limit=ANSWERED_AT_ONCE,
        **_quiet(),
    )
    conversation.retry(
        _asking_again(library, models),
        inputs=[history, *filters, model],
        outputs=[conversation, evidence, history, question],
        validator=valid_filters,
        concurrency_limit=ANSWERED_AT_ONCE,
        **_quiet(),
    )
    new.click(
        lambda: (conversation_html([]), empty_evidence(), (), ""),
        outputs=[conversation, evidence, history, question],
        **_quiet(),
    )
    return intro, filters[-1], model


def _model_setting(models: Models) -> Any:
    """What answers; shown beside the filters."""
    import gradio as gr

    preset = [] if models.default == BUILTIN else [(models.default, models.default)]
    return gr.Dropdown(
        [(BUILTIN_LABEL, BUILTIN), *preset],  # those that run on this machine are added when the page is opened
        value=models.default,
        label="Answered by: the built-in reader, or a language model such as ollama:llama3.2",
        show_label=False,
        container=False,
        allow_custom_value=True,
        elem_id="pm-model",
        scale=0,
        min_width=200,
    )


def _filters(library: "Library") -> tuple[list[Any], Any]:
    """The filters, folded away at first, and the button that starts anew."""
    import gradio as gr

    def day(label: str, info: str, name: str) -> Any:
        return gr.Textbox(
            label=label, info=info, placeholder="2015-08-31 or 2015", elem_id=f"pm-{name}", max_length=10, min_width=140
        )

    with gr.Accordion("Filters", open=False, elem_id="pm-filters"):
        with gr.Row():
            since = day("From", "Published on or after", "since")
            until = day("Until", "Published on or before", "until")
            as_of = day("As of", "Answer as on that day", "as-of")
        outlets = gr.Dropdown(
            [name for name, _ in library.stats().outlets if name],
            label="Outlets",
            info="Empty means all of them",
            multiselect=True,
            elem_id="pm-outlets",
        )
    new = gr.Button("New conversation", variant="secondary", size="sm", elem_id="pm-new", scale=0)
    return [as_of, since, until, outlets], new


def _validators(models: Models) -> tuple[Any, Any]:
    """Whether each input of a question, and of one that is asked again, can be used, in the order of the inputs."""
    import gradio as gr

    def checked(problem: str | None) -> Any:
        return gr.validate(problem is None, problem or "")

    def of_filters(
        _history: Any, as_of: str, since: str, until: str, _outlets: Any, model: str
    ) -> list[dict[str, Any]]:
        dates = (date_problem(as_of), date_problem(since), span_problem(since, until))
        return [checked(problem) for problem in (None, *dates, None, models.problem(model))]

    def of_question(question: str, *others: Any) -> list[dict[str, Any]]:
        return [checked(None if (question or "").strip() else "Type a question first."), *of_filters(*others)]

    return of_question, of_filters


def _asking(library: "Library", models: Models) -> Any:
    """The handler that answers: the conversation as it grows, then the evidence of the first citation."""

    def answer(
        question: str,
        history: Sequence[Exchange],
        as_of: str,
        since: str,
        until: str,
        outlets: Sequence[str],
        model: str,
    ) -> Iterator[tuple[Any, ...]]:
        kept = tuple(history)[-KEPT_TURNS + 1 :]
        filters = Filters.read(as_of, since, until, outlets)
        yield from _grown(library, question.strip(), kept, kept, filters, models.chosen(model), "")

    return answer


def _asking_again(library: "Library", models: Models) -> Any:
    """The handler of a filter's chip: asks the question of its turn once more, without that filter."""
    import gradio as gr

    def answer(
        event: gr.EventData,
        history: Sequence[Exchange],
        as_of: str,
        since: str,
        until: str,
        outlets: Sequence[str],
        model: str,
    ) -> Iterator[tuple[Any, ...]]:
        again = asked_again(tuple(history), event._data if isinstance(event._data, dict) else {})
        if again is None:
            yield (gr.skip(),) * 4
            return
        question, before, ignored = again
        filters = replace(Filters.read(as_of, since, until, outlets), ignored=ignored)
        kept = tuple(history)[-KEPT_TURNS + 1 :]
        yield from _grown(library, question, before, kept, filters, models.chosen(model), gr.skip())

    return answer


def _grown(
    library: "Library",
    question: str,
    before: Sequence[Exchange],
    kept: Sequence[Exchange],
    filters: Filters,
    model: "ChatModel | None",
    field: Any,
) -> Iterator[tuple[Any, ...]]:
    """A conversation and one more turn in it, which refers to what came `before`; `field` is put where one types."""
    import gradio as gr

    shown = [exchange.html for exchange in kept]
    number = kept[-1].number + 1 if kept else 1
    for event in exchanges(library, question, before, filters, number, model):
        if isinstance(event, str):
            yield conversation_html(shown, event), gr.skip(), gr.skip(), field
            continue
        panel = open_article(library, event.evidence, date.today()) if event.evidence else empty_evidence()
        yield conversation_html([*shown, event.html]), panel, (*kept, event), gr.skip()


def _opener(library: "Library") -> Any:
    """The function that page.js calls to open an article at a citation."""

    def open_evidence(request: Any) -> str:
        return open_article(library, request, date.today())

    return open_evidence


def _articles_tab(library: "Library") -> tuple[list[Any], Any, Any, Any]:
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
            upload = _html("upload", "")
            runs = _html("runs", "")
            with gr.Accordion("Changes", open=False, elem_id="pm-changes") as changes:
                changed = _html("changes", "")
            search = gr.Textbox(
                label="Search the articles", placeholder="Title, text or outlet", elem_id="pm-search", max_length=200
            )
            notice = _html("notice", "")
            listing = _html("listing", "")
        with gr.Column(elem_id="pm-articles-right"):
            reader = _html("reader", empty_reader(), [_opener(library)])

    def remove(event: gr.EventData) -> tuple[str, str, str]:
        return remove_article(library, str(event._data.get("remove", ""))), empty_reader(), ""

    removed = listing.click(remove, outputs=[notice, reader, upload], **_quiet())
    gr.on([search.change, files.upload, address.submit, fetch.click], lambda: "", outputs=[notice], **_quiet())
    changes.expand(lambda: list_changes(library, date.today()), outputs=[changed], **_quiet())

    def add(paths: list[str] | None) -> Iterator[str]:
        try:
            yield from add_uploads(library, paths)
        finally:
            discard_uploads(paths)  # what is removed from the library may not stay in the folder of uploads

    added = files.upload(add, [files], [upload], concurrency_limit=1, **_quiet())
    added = added.then(lambda: None, outputs=[files], **_quiet())
    fetched = gr.on(
        [address.submit, fetch.click],
        lambda text: (yield from add_from_web(library, text)),
        [address],
        [upload],
        concurrency_limit=1,
        **_quiet(),
    )
    for event in (added, fetched):
        event.then(lambda: list_runs(library), outputs=[runs], **_quiet())
    return [removed, added, fetched], listing, search, runs


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
