"""ui.page.ask_tab."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from ui.page.asking import KEPT_TURNS, Exchange, Filters, asked_again, date_problem, exchanges, span_problem
from ui.page.evidence import empty_evidence
from ui.page.library_page import intro_html
from ui.page.library_work import open_article
from ui.page.models import BUILTIN, BUILTIN_LABEL, Models
from ui.page.parts import ANSWERED_AT_ONCE, SESSION_SECONDS, html_part, make_opener, quiet_event
from ui.page.rendering import conversation_html

if TYPE_CHECKING:
    from corpus import Library
    from rag import ChatModel


def build_ask_tab(library: "Library", models: Models) -> tuple[Any, Any, Any]:
    """Build the tab with the conversation, the composer and the evidence."""
    import gradio as gr

    history = gr.State((), time_to_live=SESSION_SECONDS)
    with gr.Row(elem_id="pm-ask-layout", equal_height=False):
        with gr.Column(elem_id="pm-left"):
            intro = html_part("intro", intro_html(library))
            conversation = html_part("conversation", conversation_html([]))
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
            evidence = html_part("evidence", empty_evidence(), [make_opener(library)])

    valid_question, valid_filters = _validators(models)
    gr.on(
        [question.submit, ask.click],
        _asking(library, models),
        inputs=[question, history, *filters, model],
        outputs=[conversation, evidence, history, question],
        validator=valid_question,
        concurrency_limit=ANSWERED_AT_ONCE,
        **quiet_event(),
    )
    conversation.retry(
        _asking_again(library, models),
        inputs=[history, *filters, model],
        outputs=[conversation, evidence, history, question],
        validator=valid_filters,
        concurrency_limit=ANSWERED_AT_ONCE,
        **quiet_event(),
    )
    new.click(
        lambda: (conversation_html([]), empty_evidence(), (), ""),
        outputs=[conversation, evidence, history, question],
        **quiet_event(),
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
