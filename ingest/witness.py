"""What a source says of a document fills what the document itself leaves open; it never replaces what that says."""

from __future__ import annotations

from dataclasses import replace

from ingest.raw import Extract, RawDocument, Witness

NOTHING = Witness()


def completed(extract: Extract, raw: RawDocument) -> Extract:
    """The extract with what its source knows of it: the address, and what the witness says."""
    witness = raw.witness or NOTHING
    return replace(
        extract,
        title=extract.title or witness.title,
        outlet=extract.outlet or witness.outlet,
        authors=extract.authors or witness.authors,
        language=extract.language or witness.language or None,
        clues=(*extract.clues, *witness.clues),
        url=extract.url or raw.url,
    )
