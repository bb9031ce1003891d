"""Lines of an article that tell nothing of the world: captions, bylines, calls to subscribe, notes on the article."""

from __future__ import annotations

import re

FURNITURE = re.compile(
    r"^\s*(?:"
    r"(?:Hide Caption|\d+ of \d+ Photos"
    r"|(?:Photo|Photograph|Picture|Image|Illustration|Video)s?(?: by\b| credit)?\s?:)\s"
    r"|(?:By|Written by|Reporting by|Reported by|Additional reporting by|Edited by|Editing by|Compiled by)"
    r"\s+(?-i:[A-Z][\w.’'-]+)(?:\s+(?-i:[A-Z][\w.’'-]+))*\s*(?:[,;|(]|and\b|for\b|$)"
    r"|(?:Sign up|Subscribe|Register|Click here|Tap here|Read more|Read also|See also|Related|Follow us|Follow @"
    r"|Join our|Download our|Listen to|Watch:)\b"
    r"|(?:This|The) (?:article|story|report|page|post) (?:was|is|has been) (?:\w+ )?(?:written|published|updated"
    r"|corrected|produced|translated|adapted|provided|sponsored|supported|funded|compiled|made)\b"
    r"|[\w.+-]+@[\w-]+\.\w+"
    r")"
    r"|\b(?:our|the|a|his|her|weekly|daily|morning|free) (?:[\w’'-]+ ){0,3}newsletters?\b"
    r"|\b(?:Getty Images|All rights reserved|©)",
    re.I,
)


def is_furniture(sentence: str) -> bool:
    """Whether a sentence is a caption, a byline, a call to subscribe or a note on the article itself."""
    return FURNITURE.search(sentence) is not None
