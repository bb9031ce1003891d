"""`pressmark chat`: serve the web page."""

from __future__ import annotations

from typing import Annotated

import typer

from ui import terminal
from ui.cli import options
from ui.cli.opening import open_library, quiet_output
from ui.cli.options import ChromaOption, JsonOption, LibraryOption, ModelOption, ModelUrlOption
from ui.errors import FAILED


def chat(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where the page can be reached.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Its port.")] = 7860,
    auth: Annotated[
        str | None,
        typer.Option("--auth", metavar="USER:PASSWORD-FILE", help="Ask for this name and the password in the file."),
    ] = None,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the web page, to ask in a browser."""
    chat_model = options.load_model(model, model_url)
    login = options.read_credentials(auth)
    if login is None and host not in ("127.0.0.1", "localhost", "::1"):
        terminal.note(f"Whoever can reach {host} can read and change this library: use --auth.", "yellow")
    from ui.page.app import ServeError, load_early, serve

    load_early()
    with open_library(library, create=True, fill=True, chroma=chroma) as shelf:
        try:
            if as_json:
                terminal.print_json({"address": f"http://{f'[{host}]' if ':' in host else host}:{port}"})
                with quiet_output():
                    serve(shelf, host=host, port=port, auth=login, model=chat_model)
            else:
                serve(shelf, host=host, port=port, auth=login, model=chat_model)
        except ServeError as error:
            terminal.fail(error)
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt:
            terminal.note("Stopped.")
