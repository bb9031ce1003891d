"""What reads a file, by the ending of its name: a new kind of file is one line here."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from ingest.raw import Item
from ingest.report import Problem
from ingest.sources.dumps import DUMPS, dump_documents
from ingest.sources.files import Reader, SourceFile, one_document, records
from ingest.sources.json_files import json_records
from ingest.sources.list_files import read_list
from ingest.sources.source import Reading
from ingest.sources.zip_files import zip_reader

LONGEST_START = 2_000
LISTS = (".xml", ".xml.gz", ".rss", ".atom", ".opml")
"""What lies in such a file names pages of the web, which are fetched; so each has to be given by itself."""


def dump(suffix: str) -> Reader:
    """A reader of files that hold many articles; its libraries load when its first file is read."""

    def read(file: SourceFile, reading: Reading) -> Iterator[Item]:
        if file.size:
            yield from dump_documents(suffix, reading.columns)(file.path, file.where, file.source, 0)
        else:
            yield Problem(file.where, None, "is empty")

    return read


def text(file: SourceFile, reading: Reading) -> Iterator[Item]:
    """A reader of plain texts; the archive of a mailing list, which is called so too, is read as one."""
    from ingest.formats.mbox import is_mailbox, mbox_documents

    with gzip.open(file.path) if file.path.suffix.lower() == ".gz" else file.path.open("rb") as stream:
        start = stream.read(LONGEST_START)
    if is_mailbox(start):
        yield from mbox_documents(file.path, file.where, file.source, 0)
    else:
        yield from one_document("text")(file, reading)


KNOWN = (
    "pages (.html .mhtml), documents (.pdf .docx .odt .rtf .txt .md), mail (.eml .mbox), records and"
    " tables (.json .jsonl "
    ".csv .tsv .parquet), archives (.zip .epub .warc)"
)
"""What can be read, in words."""
READERS: dict[str, Reader] = {
    ".txt": text,
    ".txt.gz": text,
    ".md": one_document("markdown"),
    ".html": one_document("html"),
    ".htm": one_document("html"),
    ".html.gz": one_document("html"),
    ".htm.gz": one_document("html"),
    ".pdf": one_document("pdf"),
    ".docx": one_document("docx"),
    ".odt": one_document("odt"),
    ".rtf": one_document("rtf"),
    ".mhtml": one_document("saved page"),
    ".mht": one_document("saved page"),
    ".json": json_records,
    ".json.gz": json_records,
    ".jsonl": records,
    ".ndjson": records,
    ".jsonl.gz": records,
    ".eml": one_document("email"),
    **{suffix: dump(suffix) for suffix in DUMPS},
    **dict.fromkeys(LISTS, read_list),
}
"""By the ending of the name, in lower case; the longest one that fits counts."""


def suffix_of(name: str) -> str | None:
    """The ending that tells how a file is read, or None when it is not known."""
    return max((end for end in READERS if name.lower().endswith(end)), key=len, default=None)


READERS[".zip"] = zip_reader(READERS, suffix_of, (*LISTS, ".zip"))  # an archive in an archive is passed over
