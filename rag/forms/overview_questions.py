"""A question → what an overview is wanted of: the latest, what is known, one article, or a course of events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

OverviewKind = Literal["latest", "known", "article", "timeline"]

POLITE = (
    r"(?:(?:hi|hello|hey|ok|so|and|please|kindly)[,!]?\s+)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?"
    r"|i(?:['’]d|\s+would)\s+like\s+|i\s+(?:want|need)"
    r"\s+)?(?:give\s+(?:me|us)\s+|show\s+(?:me|us)\s+|get\s+me\s+)?(?:please\s+)?"
)
ARTICLE = r"(?:news\s+)?(?:article|story|piece|report|text|news\s+item)"
OF = r"(?:on|about|of|regarding|concerning|for|from|in|with|around)"
NEWS = r"(?:news|developments?|updates?|coverage|headlines?|reports?|articles|stories)"
SUMMARY = (
    r"(?:(?:an?|the)\s+)?(?:(?:very|short|brief|quick|general|concise|one-paragraph)\s+)*(?:overview|summary"
    r"|recap|rundown|run-down|digest|synopsis"
    r"|briefing|outline|gist|main\s+points?|key\s+points?|essence|profile|tl;?\s?dr|tldr)"
)
SUM_UP = (
    r"(?:summari[sz]e|sum\s+up|recap|outline|condense|brief\s+me\s+on|walk\s+me\s+through|boil\s+down"
    r"|tl;?\s?dr:?|tldr:?)"
)
IS = r"(?:['’]s|\s+is|\s+was|\s+are)"
THAT = r"(?:the|this|that|your)"
ONE_ARTICLE = re.compile(
    rf"{POLITE}(?:(?:what{IS}\s+)?{SUMMARY}(?:\s+of|\s+from|:)?\s+|{SUM_UP}\s+|what{IS}\s+in\s+)(?:me\s+"
    rf"|for\s+me\s+)?{THAT}\s+{ARTICLE}\s+"
    r"(?:on|about|of|regarding|concerning|that\s+deals\s+with|where|in\s+which)\s+(?P<topic>.+)"
    rf"|{POLITE}(?:(?:what{IS}\s+)?{SUMMARY}(?:\s+of|:)?\s+|{SUM_UP}\s+){THAT}\s+(?P<named>.+?)\s+{ARTICLE}"
    rf"|what{IS}\s+{THAT}\s+(?P<about>.+?)\s+{ARTICLE}\s+about"
    rf"|what\s+(?:does|did)\s+{THAT}\s+{ARTICLE}\s+(?:on|about)\s+(?P<says>.+?)\s+(?:say|tell|report)(?:\s+us)?",
    re.I,
)
LATEST = re.compile(
    rf"{POLITE}(?:what{IS}\s+|any\s+)?(?:the\s+)?(?:very\s+)?(?:latest|newest|most\s+recent"
    rf"|recent)(?:\s+{NEWS})?\s+{OF}\s+(?P<on>.+)"
    rf"|{POLITE}(?:what{IS}\s+|any\s+)?(?:the\s+)?(?:latest|newest|recent"
    rf"|most\s+recent)\s+(?P<adjective>(?!{NEWS}\b).+?)\s+{NEWS}"
    rf"|{POLITE}(?:what(?:{IS}|\s+are)\s+)?(?:any|the|some)?\s*(?:new\s+)?(?:news|updates?|headlines)\s+(?:on"
    rf"|about|from|regarding)\s+(?P<news>.+)"
    rf"|(?:what{IS}|what['’]?s|anything)\s+(?:(?:been\s+)?new|going\s+on|the\s+news)(?:\s+{OF}\s+(?P<new>.+))?"
    rf"|(?:please\s+)?update\s+(?:me|us)\s+(?:on|about)\s+(?P<update>.+)|bring\s+me\s+up\s+to\s+(?:date"
    rf"|speed)\s+(?:on|about|with)\s+(?P<bring>.+)"
    rf"|catch\s+me\s+up\s+(?:on|about)\s+(?P<catch>.+)|(?:the\s+)?(?:latest|newest|recent"
    rf"|most\s+recent)(?:\s+{NEWS})?"
    rf"|(?P<bare>[\w’'-]+(?:\s+[\w’'-]+)?)\s+(?:news|latest|updates?)",
    re.I,
)
KNOWN = re.compile(
    rf"{POLITE}(?:what\s+(?:do|does|can)\s+(?:we|you|one|the\s+(?:articles|archive|library"
    rf"|papers?))\s+(?:all\s+)?(?:know|say|tell(?:\s+(?:me|us))?|have|write|report)"
    r"\s+(?:about|on)\s+(?P<know>.+)"
    rf"|what{IS}\s+(?:known|written|reported|said|been\s+(?:written|reported|said|published))\s+(?:about"
    rf"|on)\s+(?P<known>.+)"
    r"|what\s+(?:has|have)\s+(?:been|the\s+(?:papers?|outlets?|articles?))\s+(?:written|reported|said"
    r"|published)\s+(?:about|on)\s+(?P<been>.+)"
    r"|(?:tell\s+(?:me|us)\s+)?(?:everything|all|more|something|a\s+bit)\s+(?:(?:that\s+)?(?:you|we)\s+(?:know"
    r"|have)\s+)?(?:about|on)\s+(?P<all>.+)"
    r"|tell\s+(?:me|us)\s+about\s+(?P<tell>.+)|(?:some\s+)?background\s+(?:on|about|to)\s+(?P<background>.+)"
    rf"|(?:what{IS}\s+)?{SUMMARY}\s*(?:of|on|about|for|:|[–—-])\s*(?P<summary>.+)"
    rf"|{SUM_UP}\s+(?P<sum>.+?)(?:\s+for\s+(?:me|us))?"
    r"|(?P<nutshell>.+?)\s+(?:in\s+(?:a\s+nutshell|brief|short|a\s+few\s+(?:words|sentences))|tl;?\s?dr|summary"
    r"|overview)"
    r"|who\s+(?:is|was)\s+(?P<who>[^,?]+?),?\s+and\s+what\s+(?:is|was)\s+(?:the|this|that|his"
    r"|her)\s+\w+\s+(?:all\s+)?about)",
    re.I,
)
TIMELINE = re.compile(
    rf"{POLITE}(?:(?:what{IS}|make|draw(?:\s+up)?|build|create)\s+)?(?:(?:an?|the)\s+)?(?:time-?\s?line"
    rf"|chronology|chronicle|sequence\s+of\s+events|course)\s*(?:of|for|on|about|:)"
    r"\s*(?P<of>.+)|(?P<topic>.+?)\s+(?:time-?line|chronology)",
    re.I,
)
EDGES = re.compile(
    r"^(?:the|this|that|all|case of|topic of|subject of|story of|affair of)\s+(?=\S)|[,:;]\s+from\s+(?:plan"
    r"|start|beginning|the\s+\w+)\s+to\s+.*$"
    r"|,?\s+(?:please|pls|for me|thanks|thank you|in short|briefly|so far|these days|right now|now|today|lately"
    r"|recently)$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class OverviewQuestion:
    """What an overview is wanted of; the topic is empty for the newest of everything."""

    kind: OverviewKind
    topic: str


def overview_question(text: str) -> OverviewQuestion | None:
    """What a question wants an overview of, None when it asks for something else."""
    plain = " ".join(text.split()).strip(" ?!.\"'“”")
    patterns: tuple[tuple[OverviewKind, re.Pattern[str]], ...] = (
        ("article", ONE_ARTICLE),
        ("timeline", TIMELINE),
        ("latest", LATEST),
        ("known", KNOWN),
    )
    for kind, pattern in patterns:
        if found := pattern.fullmatch(plain):
            topic = next((words for words in found.groupdict().values() if words), "")
            return OverviewQuestion(kind, _bare(topic))
    return None


def _bare(topic: str) -> str:
    """A topic without what stands around it."""
    before = ""
    while before != topic:
        before, topic = topic, EDGES.sub("", topic).strip(" ,;:.?!\"'“”")
    return topic
