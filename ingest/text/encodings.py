"""Names of character sets → what decodes them, as browsers read them; the only door to webencodings.

Whoever writes a name means what browsers make of it: gb2312 is GBK, shift_jis is Windows-31J, iso-8859-1 and ascii are
Windows-1252 (https://encoding.spec.whatwg.org). Names that no browser knows are taken as Python knows them.
"""

from __future__ import annotations

import codecs
import re

WIDER = {"gbk": "gb18030", "euc-jp": "euc_jis_2004", "utf-16-le": "utf-8", "utf-16-be": "utf-8"}
"""What reads more than the codec of that name. A text that can say in ASCII that it is UTF-16 is not (as the standard
has it)."""
MOST_UNKNOWN = 0.02
"""The share of characters that may be unreadable in a text whose character set is told rightly."""
ENOUGH = 200_000


def codec_of(name: str | None) -> str | None:
    """What decodes the character set of that name; None for one that is unknown, or no text."""
    import webencodings

    name = (name or "").strip().strip("'\"").lower()
    if not name or len(name) > 40 or not name.isascii():
        return None
    known = webencodings.lookup(name)
    if known is not None and known.name != "x-user-defined":
        found = str(known.codec_info.name)
        return WIDER.get(found, found)
    for spelling in (name, re.sub(r"^(cp|ibm|dos|windows|win|koi8|mac|iso)[-_ ]+(?=\w)", r"\1", name), f"cp{name}"):
        try:
            info = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        return info.name if getattr(info, "_is_text_encoding", True) else None
    return None


def decoded_as(content: bytes, name: str | None) -> str | None:
    """A text in the character set of that name; None when that is unknown, or cannot be the right one."""
    codec = codec_of(name)
    if codec is None:
        return None
    try:
        text = content.decode(codec, "replace")
    except (LookupError, UnicodeError, ValueError):
        return None
    sample = text[:ENOUGH]
    foreign = sum(character > "\x7f" for character in sample)
    return None if sample.count("\ufffd") > max(2, MOST_UNKNOWN * foreign * 5) else text
