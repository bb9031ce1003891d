"""What both tabs are built with: parts rendered by us, quiet events, and the function that opens an article."""

from datetime import date
from typing import TYPE_CHECKING, Any

from ui.page.actions.opening import open_article

if TYPE_CHECKING:
    from corpus import Library

ANSWERED_AT_ONCE = 8
SESSION_SECONDS = 6 * 3600
# Hands a component's handles to the page's script, whichever of the two is there first.
ATTACH = (
    "(window.pressmark ??= {parts: {}}).parts['%s'] = {element, props, server, trigger, watch};"
    "window.dispatchEvent(new CustomEvent('pressmark-part', {detail: '%s'}));"
)


def html_part(name: str, value: str, server_functions: list[Any] | None = None) -> Any:
    """A part of the page that is rendered by us and reachable from the page's script by its name."""
    import gradio as gr

    return gr.HTML(
        value,
        elem_id=f"pm-{name}",
        apply_default_css=False,
        js_on_load=ATTACH % (name, name),
        server_functions=server_functions,
    )


def quiet_event() -> dict[str, Any]:
    """Events that draw no spinner over the page and are no part of the HTTP interface."""
    return {"show_progress": "hidden", "api_visibility": "private"}


def make_opener(library: "Library") -> Any:
    """The function that the page's script calls to open an article at a citation."""

    def open_evidence(request: Any) -> str:
        return open_article(library, request, date.today())

    return open_evidence
