"""Words that point back ("he", "its", "there", "then", "that attack") → what they point to."""

from __future__ import annotations

import re

from rag.english.lexicon import AUXILIARY, FUNCTION_WORDS, NOUNS, TIME, VERBS, kind_of_noun
from rag.english.mentions import Mention, entities, mentions
from rag.question.followup.topic import Pronoun, Topic

PRONOUN = re.compile(r"\b(he|him|his|she|hers|her|it|its|they|them|theirs|their)\b", re.I)
PRONOUNS: dict[str, Pronoun] = {
    **dict.fromkeys(("he", "him", "his"), "he"),
    **dict.fromkeys(("she", "her", "hers"), "she"),
    **dict.fromkeys(("it", "its"), "it"),
    **dict.fromkeys(("they", "them", "their", "theirs"), "they"),
}
POSSESSIVE = frozenset(("his", "hers", "its", "their", "theirs"))
SUBORDINATE = re.compile(r"\b(?:when|while|because|that|if|and|but|or|who|which|where|whether|as|since)\b", re.I)
EMPTY_IT = re.compile(
    r"\bit\s+(?:(?:is|was|be|has been)\s+)?"
    r"(?:true|possible|likely|clear|known|said|believed|important|necessary|legal|safe|raining|time)\b"
    r"|\bit\s+takes?\s+to\b|\btime is it\b|\bis it that\b",
    re.I,
)
THERE = re.compile(
    r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )(?<!\bbeen )(?<!\bhas )(?<!\bhave )(?<!\bhad )(?<!\bwill )"
    r"(?<!\bIs )(?<!\bAre )(?<!\bWas )(?<!\bWere )\bthere\b(?!\s+(?:is|are|was|were|been|be|has|have|had|will)\b)"
)
COPULA_THERE = re.compile(r"^(?:who|what|which .+?|how many .+?)\s+(?:is|are|was|were)\s+(?P<there>there)\s*\?*$", re.I)
TOWARDS = re.compile(
    r"\b(?:go|goes|went|gone|going|get|got|move|moved|travel|travelled|traveled|return|returned|come|came|arrive|fly|flew|"
    r"flown|send|sent|bring|brought|flee|fled|drive|drove|invited)\s+$",
    re.I,
)
ALREADY = re.compile(
    r"\b(?:from|near|around|over|to|of|outside|inside|leave|left|reach|reached|visit|visited)\s+$", re.I
)
MOMENT = re.compile(
    r"\b(?:(?<!more )(?<!less )(?<!^)then(?=\s*(?:\?|$|,|\.))|then(?=\s+(?:the|a|an)\b)"
    r"|(?:at|by|in|on)?\s?\bthat (?:day|year|month|week|time)"
    r"|(?<=before )that|(?<=after )that|(?<=since )then|(?<=by )then)\b"
    r"|(?<!more )(?<!less )(?<=\w )\bthen\b(?=\s*\?*$)",
    re.I,
)
DEMONSTRATIVE = re.compile(r"\b(?:this|that|these|those|the same)\s+(?P<nouns>(?:[\w-]+ ){0,2}?[\w-]+)\b", re.I)
BARE_THIS = re.compile(
    rf"\b(?:{AUXILIARY}|about|of|with|for|by|like|did|own(?:s|ed)?)\s+(?P<this>this|that|these|those)(?=\s*\?*$|\s+(?P<next>[\w-]+))",
    re.I,
)
OWNABLE = frozenset("first last next own other most".split())
SITE_NOUNS = frozenset("base airport dam station port plant field crater camp".split())
TAKES_THE = frozenset("valley sea desert river islands emirates union republic strait gulf mountains states".split())


def put_in(question: str, topic: Topic) -> str:
    """The question with every word that points back replaced, where there is something for it to point to."""
    question = _this(_demonstratives(question, topic), topic)
    question = _pronouns(question, topic)
    question = _there(question, topic)
    return _then(question, topic)


def spoken(mention: Mention) -> str:
    """A mention as it stands within a sentence: "The" at its beginning in lower case."""
    text = re.sub(r"^(?:The|A|An|This|That)\b(?=\s[a-z])|^The\b", lambda match: match[0].lower(), mention.text)
    last = text.split()[-1].lower()
    if mention.kind == "place" and last in TAKES_THE and not text.lower().startswith("the "):
        return f"the {text}"
    return text


def whose(mention: Mention, owned: str) -> str:
    """Something with its owner: "Usman Ghazi’s deputy", "the members of the Union of Three Towns"."""
    text = spoken(mention)
    if len(text.split()) <= 4 and not re.search(r"\b(?:of|on|between|in|from|to)\b", text):
        return f"{text}’{'' if text.endswith('s') else 's'} {owned}"
    return f"the {owned} of {text}"


def _demonstratives(question: str, topic: Topic) -> str:
    def said(match: re.Match[str]) -> str:
        head = match["nouns"].split()[-1].lower()
        for one in topic:
            if one.head == head or (head in one.text.lower().split()):
                return spoken(one)
        kind = kind_of_noun(head)
        found = next((one for one in topic if one.kind == kind != "any" and not one.text.islower()), None)
        if kind == "thing" and not found:
            found = topic.thing()
        return spoken(found) if found else match[0]

    for match in DEMONSTRATIVE.finditer(question):
        words = match["nouns"].split()
        for count in range(1, len(words) + 1):
            if kind_of_noun(words[count - 1].lower()) != "any" or any(one.head == words[count - 1] for one in topic):
                phrase = re.match(rf"\S+(?: same)? {re.escape(' '.join(words[:count]))}", match[0])
                shorter = DEMONSTRATIVE.match(phrase[0]) if phrase else None
                if shorter:
                    start = match.start()
                    return question[:start] + said(shorter) + question[start + shorter.end() :]
    return question


def _this(question: str, topic: Topic) -> str:
    """ "Was this popular?": the thing last spoken of, when nothing in the question says what "this" is."""
    match, found = BARE_THIS.search(question), topic.thing()
    if not match or not found or entities(question) or found.bare in question.lower():
        return question
    following = (match["next"] or "").lower()
    is_last = following and re.fullmatch(r"\s*\?*", question[match.end("next") :]) if following else True
    says_more = following in VERBS or following in FUNCTION_WORDS or following.endswith("ed") or is_last
    if following in NOUNS or not says_more:
        return question
    return question[: match.start("this")] + spoken(found) + question[match.end("this") :]


def _pronouns(question: str, topic: Topic) -> str:
    """The first pronoun of each sort replaced; those after it point to the name that now stands there."""
    done: set[Pronoun] = set()
    result, at = "", 0
    for match in PRONOUN.finditer(question):
        pronoun = PRONOUNS[match[0].lower()]
        before = result + question[at : match.start()]
        owned = _owned(match, question)
        if (
            pronoun in done
            or _points_within(pronoun, bool(owned), before)
            or EMPTY_IT.search(question, match.start() - 8)
        ):
            continue
        text = _antecedent(pronoun, topic, before + question[match.start() :])
        if text is None or (before.lower().endswith(" of ") and pronoun == "they" and not _is_several(text)):
            continue
        done.add(pronoun)
        end = match.end() + (len(owned) + 1 if owned else 0)
        is_owner = match[0].lower() in POSSESSIVE
        result = before + (whose(text, owned) if owned or is_owner else spoken(text)).rstrip()
        at = end
    return result + question[at:]


def _is_several(mention: Mention) -> bool:
    return mention.plural or mention.kind == "group"


def _antecedent(pronoun: Pronoun, topic: Topic, question: str) -> Mention | None:
    found = topic.thing() if pronoun == "it" else topic.antecedent(pronoun)
    if pronoun == "they" and topic.counted:
        return Mention(topic.counted, "group", 0, head="people")
    return None if found is None or found.bare in question.lower() else found


def _owned(match: re.Match[str], question: str) -> str:
    """The nouns that a possessive pronoun claims, or nothing when it is not one."""
    word = match[0].lower()
    if word not in POSSESSIVE and word != "her":
        return ""
    words: list[str] = []
    for follower in re.findall(r"[\w’'-]+", re.split(r"[?,;:.!]", question[match.end() :])[0]):
        ends = (follower.lower() in FUNCTION_WORDS and follower.lower() not in OWNABLE) or (
            words and follower.endswith(("ed", "ing"))
        )
        if ends or len(words) == 3:
            break
        words.append(follower)
    text = " ".join(words)
    return text if question[match.end() + 1 :].startswith(text) else ""


def _points_within(pronoun: Pronoun, owns: bool, before: str) -> bool:
    """Whether a name before the pronoun in the question itself is what it points to."""
    kinds = {
        "he": ("person", "any"),
        "she": ("person", "any"),
        "they": ("group", "any"),
        "it": ("group", "place", "thing", "event", "any"),
    }
    fitting = [
        one for one in mentions(before) if one.kind in kinds[pronoun] and (one.is_name or pronoun in ("it", "they"))
    ]
    fitting = [one for one in fitting if one.is_name or not one.plural or pronoun == "they"]
    gender = {"he": "male", "she": "female"}.get(pronoun, "")
    fitting = [one for one in fitting if not gender or one.gender in ("", gender)]
    if not fitting:
        return False
    return owns or bool(SUBORDINATE.search(before[fitting[0].end :]))


def _there(question: str, topic: Topic) -> str:
    if topic.place is None or topic.place.bare in question.lower():
        return question
    name = spoken(topic.place)
    preposition = "at" if topic.place.head in SITE_NOUNS else "in"

    def said(match: re.Match[str]) -> str:
        before = question[: match.start()]
        if ALREADY.search(before):
            return name
        return f"{'to' if TOWARDS.search(before) else preposition} {name}"

    if copula := COPULA_THERE.match(question):
        return question[: copula.start("there")] + f"{preposition} {name}?"
    return THERE.sub(said, question, count=1)


def _then(question: str, topic: Topic) -> str:
    if not topic.moment or TIME.search(question):
        return question
    return MOMENT.sub(lambda match: dated(question[: match.start()], match[0], topic.moment), question, count=1)


def dated(before: str, said: str, moment: str) -> str:
    """A date with the preposition it needs where "then" or "that day" stood."""
    space = " " if said.startswith(" ") else ""
    if re.search(r"\b(?:before|after|since|until|by)\s*$", before, re.I):
        return space + moment
    return f"{space}{'on' if moment[:1].isdigit() and ' ' in moment else 'in'} {moment}"


def full_names(question: str, topic: Topic) -> str:
    """A surname alone made the full name that the conversation gave, when only one person has it."""
    for name in entities(question):
        bearers = {one.text for one in topic if one.kind == "person" and name in one.text.split() and one.is_name}
        if len(bearers) == 1 and (full := bearers.pop()) not in question:
            question = re.sub(rf"\b{re.escape(name)}\b", lambda _, full=full: full, question, count=1)  # type: ignore[misc]
    return question
