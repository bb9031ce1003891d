"""The tab where one asks: the conversation with its composer, and the evidence once there is some.

There is no `from __future__ import annotations` here: gradio reads the annotations of its handlers when the page is
built.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.page.actions.filters import find_date_problem, find_range_problem
from ui.page.conversing import Conversing
from ui.page.models import BUILTIN, BUILTIN_LABEL, Models
from ui.page.parts import ANSWERED_AT_ONCE, SESSION_SECONDS, html_part, make_opener, quiet_event
from ui.page.views.answers import conversation_html
from ui.page.views.evidence import empty_evidence
from ui.page.views.library import examples_html, intro_html, pending_html
from ui.page.views.markup import render

if TYPE_CHECKING:
    from corpus import Library


@dataclass(frozen=True, slots=True)
class AskTab:
    """The components of the tab that follow the library and the models."""

    intro: Any
    examples: Any
    outlets: Any
    model: Any


def build_ask_tab(library: "Library", models: Models) -> AskTab:
    """Build the tab with the conversation, the composer and the evidence."""
    import gradio as gr

    history = gr.State((), time_to_live=SESSION_SECONDS)
    conversing = Conversing(library, models)
    with gr.Row(elem_id="pm-ask-layout", equal_height=False):
        with gr.Column(elem_id="pm-left"):
            intro = html_part("intro", intro_html(library.stats()))
            conversation = html_part("conversation", conversation_html([]))
            html_part("pending", pending_html(), [conversing.make_counter()])
            question, ask, filters, model = _build_composer(library, models)
            examples = html_part("examples", examples_html(library))
        with gr.Column(elem_id="pm-right"):
            evidence = html_part("evidence", empty_evidence(), [make_opener(library)])

    valid_question, valid_filters = _validators(models)
    shown = [conversation, evidence, history]
    asked = {
        "outputs": shown,
        "concurrency_limit": ANSWERED_AT_ONCE,
        "trigger_mode": "multiple",  # the script asks one after the other; gradio would ignore the one after a stop
        **quiet_event(),
    }
    settings = [*filters, model]
    asking = gr.on(
        [question.submit, ask.click],
        conversing.ask,
        inputs=[question, history, *settings],
        validator=valid_question,
        **asked,
    )
    again = conversation.retry(conversing.ask_again, inputs=[history, *settings], validator=valid_filters, **asked)
    conversation.stop(conversing.stop, inputs=[history], outputs=shown, cancels=[asking, again], **quiet_event())
    conversation.clear(conversing.clear, outputs=shown, cancels=[asking, again], **quiet_event())
    conversation.apply(conversing.restore, outputs=shown, cancels=[asking, again], **quiet_event())
    return AskTab(intro, examples, filters[-1], model)


def _build_composer(library: "Library", models: Models) -> tuple[Any, Any, list[Any], Any]:
    """The question and what narrows it; the filters are unfolded by a button."""
    import gradio as gr

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
            ask = gr.Button("Ask", variant="primary", elem_id="pm-ask", scale=0, min_width=72)
            html_part("tools", render("tools.html"))
        with gr.Column(elem_id="pm-filters"):
            filters = _build_filters(library)
            model = _build_model_choice(models)
    return question, ask, filters, model


def _build_filters(library: "Library") -> list[Any]:
    import gradio as gr

    def day(label: str, info: str, name: str) -> Any:
        return gr.Textbox(
            label=label, info=info, placeholder="2015-08-31 or 2015", elem_id=f"pm-{name}", max_length=10, min_width=140
        )

    with gr.Row():
        since = day("From", "Published on or after", "since")
        until = day("Until", "Published on or before", "until")
        as_of = day("Known by", "Answer as one could on that day", "as-of")
    outlets = gr.Dropdown(
        [name for name, _ in library.stats().outlets if name],
        label="Outlets",
        info="Empty means all of them",
        multiselect=True,
        elem_id="pm-outlets",
    )
    return [as_of, since, until, outlets]


def _build_model_choice(models: Models) -> Any:
    import gradio as gr

    preset = [] if models.default == BUILTIN else [(models.default, models.default)]
    return gr.Dropdown(
        [(BUILTIN_LABEL, BUILTIN), *preset],  # those that run on this machine are added when the page is opened
        value=models.default,
        label="Answered by",
        info="The built-in reader, or a language model such as ollama:llama3.2",
        allow_custom_value=True,
        elem_id="pm-model",
    )


def _validators(models: Models) -> tuple[Any, Any]:
    """Whether each input of a question, and of one that is asked again, can be used, in the order of the inputs."""
    import gradio as gr

    def check(problem: str | None) -> Any:
        return gr.validate(problem is None, problem or "")

    def check_filters(
        _history: Any, as_of: str, since: str, until: str, _outlets: Any, model: str
    ) -> list[dict[str, Any]]:
        dates = (find_date_problem(as_of), find_date_problem(since), find_range_problem(since, until))
        return [check(problem) for problem in (None, *dates, None, models.find_problem(model))]

    def check_question(question: str, *others: Any) -> list[dict[str, Any]]:
        return [check(None if (question or "").strip() else "Type a question first."), *check_filters(*others)]

    return check_question, check_filters
