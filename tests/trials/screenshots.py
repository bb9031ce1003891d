"""Pictures of the page for README and docs: one answer with its citation open, in light, dark and phone width.

    python -m tests.trials.screenshots [FOLDER]      (default: docs/images)

The page is served on the sample articles from a library in a temporary folder. Each picture stays below 250 kB.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpus import Library, sample_articles
from ingest import ingest

QUESTION = "who leads the IMU?"
LARGEST = 250_000
PATIENCE = 300_000
"""Milliseconds: the first question loads the models."""
SHOTS: dict[str, dict[str, Any]] = {
    "answer.png": {"viewport": {"width": 1280, "height": 800}},
    "answer-dark.png": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "answer-phone.png": {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
}


@contextmanager
def serve_samples() -> Iterator[str]:
    """The address of a page on the sample articles."""
    import uvicorn

    from ui.page.app import web_app

    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library, socket.socket() as listening:
        ingest(library, [sample_articles()])
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        server = uvicorn.Server(uvicorn.Config(web_app(library), log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)


def take_shot(browser: Any, address: str, path: Path, settings: dict[str, Any]) -> None:
    """Ask the question, open the first citation, and write the picture."""
    page = browser.new_context(**settings).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector(".pm-intro")
    page.wait_for_function("['conversation', 'evidence', 'pending'].every((name) => window.pressmark?.parts[name])")
    page.fill("#pm-question textarea", QUESTION)
    page.press("#pm-question textarea", "Enter")
    page.wait_for_selector('#pm-conversation .pm-turn[data-status="answered"]')
    if not settings.get("is_mobile"):  # on a phone the article would cover the answer
        page.locator("#pm-conversation .pm-cite").first.click()
        page.wait_for_selector("#pm-evidence mark.pm-current")
        page.mouse.move(0, 0)
    page.wait_for_timeout(1500)
    page.screenshot(path=str(path))
    page.context.close()
    shrink(path)


def shrink(path: Path) -> None:
    """Reduce a picture to 256 colours when it is too large for the repository."""
    from PIL import Image

    if path.stat().st_size > LARGEST:
        with Image.open(path) as picture:
            picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=256).save(path, optimize=True)


def main(folder: Path) -> None:
    """Take every picture."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("PRESSMARK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    folder.mkdir(parents=True, exist_ok=True)
    with serve_samples() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, settings in SHOTS.items():
            take_shot(browser, address, folder / name, settings)
            sys.stdout.write(f"{folder / name}: {(folder / name).stat().st_size // 1000} kB\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
