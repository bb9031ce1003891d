"""Pages of the site that are files elsewhere in the project, so that nothing is written twice; a hook of MkDocs."""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PROJECT = Path(__file__).parent.parent
PAGES = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": "CONTRIBUTING.md",
    "model-card.md": "rag/reading/weights/README.md",
}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add each of them, with its links as they are seen from the site."""
    for page, source in PAGES.items():
        files.append(File.generated(config, page, content=as_page((PROJECT / source).read_text("utf-8"), source)))
    return files


def as_page(text: str, source: str) -> str:
    """The text with links to other pages of the site made relative to its root; the build judges the rest."""

    def moved(link: re.Match[str]) -> str:
        path, anchor = link[1], link[2] or ""
        target = (PROJECT / source).parent.joinpath(path).resolve()
        for page, original in PAGES.items():
            if target == PROJECT / original:
                return f"]({page}{anchor})"
        below = PROJECT / "docs"
        return f"]({target.relative_to(below).as_posix()}{anchor})" if target.is_relative_to(below) else link[0]

    return re.sub(r"\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)", moved, text)


def on_post_page(output: str, page: object, config: MkDocsConfig) -> str:
    """Search from disk without a script from another host: `worker.js` replaces the one that the theme fetches."""
    return output.replace("https://unpkg.com/iframe-worker/shim", "worker.js")


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """The same for pages that are made of a template alone, such as the one for what is not found."""
    return output_content.replace("https://unpkg.com/iframe-worker/shim", "worker.js")
