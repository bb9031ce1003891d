"""The words that rules about follow-ups go by: function words, and nouns and verbs by what they stand for.

Lists are short on purpose: what is not listed is left as it was asked.
"""

from __future__ import annotations

import re
from typing import Literal

QUESTION_WORDS = frozenset(
    "a an and are as at aside besides but by can could did do does for from had has have how if in is it its of "
    "on or she he they the then that this these those there to was were what when where which who whom whose why "
    "will with would please tell name list give show any some i we you so not no yes what's who's also after "
    "before since".split()
)
"""Words that open questions in capitals and are no names."""

FUNCTION_WORDS = QUESTION_WORDS | frozenset(
    "about above again although however despite throughout against all along already am among another anyone "
    "anything around away back be because been being below between both cannot down during each either else ever "
    "every everyone few first further her here hers him his into just like many may me might mine more most much "
    "must my near neither never next nobody none nor now off often once one only onto other others our out over "
    "own per perhaps rather same several shall should since somebody someone something still such than their "
    "theirs them themselves though through thus too toward towards under until up upon us very via well while "
    "within without yet your".split()
)

AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
WH = (
    r"(?:(?:in|at|on|from|to|for|with|by|of)\s+(?:what|which|whom)|who(?:m|se)?|what|which|where|when|why|how"
    r"(?:\s+(?:many|much|long|old|far|big|large|tall|high|deep|wide|often))?)"
)
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
TIME = re.compile(
    rf"\b(?:\d{{1,2}}\s+{MONTH}\s+\d{{4}}|{MONTH}(?:\s+\d{{1,2}},)?\s+\d{{4}}|\d{{1,2}}\s+{MONTH}"
    rf"|{MONTH}(?:\s+\d{{1,2}})?|(?:19|20)\d\d)\b"
)
TIME_PHRASE = re.compile(
    rf"\s*\b(?:in|on|since|before|after|by|during|until|as of|of)\s+(?:the\s+)?{TIME.pattern}", re.I
)

PERSON_NOUNS = frozenset(
    "president leader minister commander chairman chairwoman chair mayor governor general colonel ambassador "
    "spokesman spokeswoman deputy successor predecessor founder head chief king queen prince princess man woman "
    "boy girl father mother son daughter brother sister wife husband author singer actor actress player coach "
    "director judge lawyer senator candidate winner owner speaker prosecutor pilot driver researcher reporter "
    "poet doctor guitarist drummer".split()
)
GROUP_NOUNS = frozenset(
    "movement group government army party company union band team organisation organization council alliance "
    "state parliament ministry committee commission agency bank club front forces police court church crew people "
    "rebels fighters militants gunmen attackers protesters soldiers troops refugees voters members leaders "
    "presidents workers taliban senate radio television tv opera orchestra university school college institute "
    "records times news".split()
)
PLACE_NOUNS = frozenset(
    "city capital country town village region province district valley island sea lake river desert bay ocean "
    "mountain mountains airport base station port border continent republic emirates states county peninsula "
    "place".split()
)
EVENT_NOUNS = frozenset(
    "attack attacks war election elections referendum vote protest protests violence unrest clash clashes "
    "fighting games talks summit revolution massacre killing killings crash fire flood earthquake strike strikes "
    "offensive trial ceremony festival match final tournament tour campaign uprising coup crisis bombing "
    "explosion siege ceasefire funeral meeting conference race season accident incident disaster storm hurricane "
    "outbreak pandemic raid drought".split()
)
THING_NOUNS = frozenset(
    "dam pipeline treaty agreement deal law constitution project contract crater reactor plant video film movie "
    "book album song single show series play report statement decree base bridge musical novel magazine road "
    "railway canal reservoir turbine line tower building mine field missile missiles warhead warheads currency "
    "language name term programme program plan policy bill budget draft oath pledge speech map protocol "
    "convention record award prize story character work".split()
)
NOUNS = PERSON_NOUNS | GROUP_NOUNS | PLACE_NOUNS | EVENT_NOUNS | THING_NOUNS

PLACES = frozenset(
    "afghanistan africa albania algeria america argentina armenia asia australia austria azerbaijan bahrain "
    "bangladesh belarus belgium bolivia bosnia brazil britain bulgaria cambodia canada chad chile china colombia "
    "congo croatia cuba cyprus denmark ecuador egypt england estonia ethiopia europe finland france georgia "
    "germany ghana greece guatemala haiti honduras hungary iceland india indonesia iran iraq ireland israel italy "
    "jamaica japan jordan karakalpakstan kazakhstan kenya kosovo kuwait kyrgyzstan laos latvia lebanon libya "
    "lithuania luxembourg malaysia mali malta mexico moldova mongolia montenegro morocco mozambique myanmar "
    "namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru "
    "philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore slovakia slovenia "
    "somalia spain sudan sweden switzerland syria taiwan tajikistan tanzania thailand tunisia turkey turkmenistan "
    "uganda ukraine uruguay uzbekistan venezuela vietnam wales xinjiang yemen zambia zimbabwe".split()
)
"""Countries and parts of the world of one word; other places are known by the words beside them."""

HEADS_OF = frozenset(
    "aim aims area author breakup career demands efforts goals highlights impact job legacy role salary strategy "
    "style success background budget capacity cause centre charter chairman chief commander composition "
    "conclusion contract cost creator criticism currency daughter deputy director effect end engineer father "
    "founder goal governor head headquarters height inspiration leader length location lyrics main mayor meaning "
    "members military mother motive name number opposition origin outcome owner parliament phase plot population "
    "premise president price producer purpose reason reasons reception response result results sequel share side "
    "singer size son speaker spokesman spokeswoman status story strength subject successor text theme title toll "
    "topic total turnout version weakness weaknesses width winner wife husband population".split()
)
"""Nouns that are always of something: asked for bare, they want what the conversation is about."""

COUNTED = frozenset(
    "people persons person men women children fighters soldiers civilians voters gunmen attackers members votes "
    "times dollars years days one someone anyone company companies country countries share percent".split()
)
"""Nouns that are counted or asked for; none is what a question is about."""

VERBS = frozenset(
    "accept accuse admit agree allow announce appear arrive ask attend bear become began begin begun believe "
    "belong blame bought break bring broke brought build built buy came carry cause choose close collapse come "
    "compare complete concern condemn consist contain continue cover create deny describe destroy die disappear "
    "elect end enter escape exist expect explain fall fell fight find finish fled flee flew follow form fought "
    "found gain gave get give given go got grow happen hear held help hide hit hold include inherit introduce "
    "invade involve join keep kill knew know last launch lead leave led lie live lose lost made make mean meet "
    "met move oppose pay pledge protest prove provide publish put quit raise ran react receive refuse reject "
    "release remain remove replace resign respond return rise rose rule run said saw say see seem sell send sent "
    "serve set shoot shot sign sing sold speak spend split spoke stand start stay step stop suffer supply support "
    "survive take taken talk teach tell think threaten told took travel tried try turn use visit vote want warn "
    "wear went win withdraw won work write wrote win".split()
)

NOUN_OR_VERB = frozenset(
    "attack attacks book call cause change claim close contract cost end face fall fire form head help lead light "
    "offer play plan price produce promise protest raid raise record release report show side start strike "
    "support tour trial use view visit vote win work".split()
)
"""Behind "did the …" these are the verb of the question, not one more noun."""

FEMALE_NAMES = frozenset(
    "abby alice amy angela ann anna anne annie audra barbara beth billie camilla carol catherine charlotte "
    "christina claire dariga diana dorothy elena elizabeth ella emily emma eva fatima frances grace gulnara "
    "hannah helen hillary isabel jane janet jennifer jessica joan julia julie kamala karen kate katherine katrina "
    "katy kelly kim kitty laura lea lily linda lisa lucy madonna margaret maria marie martha mary meghan melania "
    "melissa michelle monica nancy nadia natalia nicole nigara nina olga olivia pamela patricia rachel rebecca "
    "rosa rosalind rose roza ruth sandra sara sarah serena sheryl sophia sophie stephanie susan taylor theresa "
    "ursula vanessa venus victoria virginia yulia".split()
)
MALE_NAMES = frozenset(
    "abu abdul adam ahmed alexander ali andrew anthony antonio askar barack benjamin bernard bill bob boris brian "
    "bruce carlos charles chris christopher daniel david dmitry donald edward emmanuel emomali eric ernest "
    "francis frank fred gary george gordon gurbanguly hamid harry henry howard hugo ian islam ivan jack jacob "
    "james jason jeff jim jimmy joe john jonathan jose joseph juan karl keith ken kevin kurmanbek larry lee louis "
    "luis mahmoud mark martin matthew michael mike mohammed muhammad mullah narendra nawaz nicolas norman "
    "nursultan oliver oscar osama paul peter phil philip rafael ralph randy ray reggie richard rishi rob robert "
    "roger ron ronald sadyr sam samuel saparmurat scott sergei serdar shavkat sheikh simon sooronbay stephen "
    "steve steven ted terry thomas tim timothy tohir tom tony usman victor viktor vladimir volodymyr walter will "
    "william xavier yuri".split()
)
MALE_TITLES = frozenset("mr sir king prince lord father pope emperor sultan mullah sheikh marshal".split())
FEMALE_TITLES = frozenset("mrs ms miss queen princess lady dame empress".split())
TITLES = (
    MALE_TITLES
    | FEMALE_TITLES
    | frozenset("president minister chancellor dr professor general colonel senator".split())
)

Kind = Literal["person", "group", "place", "event", "thing", "any"]
Gender = Literal["", "female", "male"]

KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("event", EVENT_NOUNS),
    ("place", PLACE_NOUNS),
    ("group", GROUP_NOUNS),
    ("thing", THING_NOUNS),
    ("person", PERSON_NOUNS),
)
BEHIND_PLACE = re.compile(r"\b(?:in|at|near|around|inside|outside|into|across)\s+(?:the\s+)?$", re.I)
BEHIND_WHAT_IS = re.compile(r"\bwhat\s+(?:is|are|was|were)\s+$", re.I)


def kind_of_noun(noun: str) -> Kind:
    """What a common noun stands for; "any" when it is not listed."""
    return next((kind for kind, nouns in KINDS if noun in nouns), "any")


def kind_of_name(name: str, before: str = "") -> Kind:
    """What a name stands for, by its own words and those before it; "any" when they do not tell."""
    core = re.split(r"\s+(?:of|for|on)\s+", name)[0]  # the Movement of a country is a movement
    words = [word.lower().strip(".") for word in re.split(r"[\s-]+", core)]
    if words[-1] in PLACES or words[0] in PLACES:
        return "place"
    if (" and " in name or len(words) == 1) and BEHIND_WHAT_IS.search(before):
        return "thing"
    return _told_by_words(words) or _told_by_shape(name, words, before)


def _told_by_words(words: list[str]) -> Kind | None:
    """By a noun in the name: "Union", "Sea", "Games"; the last word counts first."""
    for word in (words[-1], words[0]):
        if word not in TITLES and (kind := kind_of_noun(word)) != "any":
            return kind
    kinds = (kind_of_noun(word) for word in words)
    return next((kind for kind in kinds if kind in ("group", "place", "event")), None)


def _told_by_shape(name: str, words: list[str], before: str) -> Kind:
    """By a first name, capitals throughout, or the words before it; two or three capitalised words are a person."""
    if len(words) > 1 and words[0] in TITLES | FEMALE_NAMES | MALE_NAMES:
        return "person"
    if len(name) > 1 and name.isupper():
        return "group"
    if BEHIND_PLACE.search(before):
        return "place"
    if BEHIND_WHAT_IS.search(before):
        return "thing"
    is_full_name = 2 <= len(name.split()) <= 3 and all(word[:1].isupper() for word in name.split())
    return "person" if is_full_name and not re.search(r"\bthe\s+$", before, re.I) else "any"


def gender_of(name: str) -> Gender:
    """What a first name, a title or the ending of a surname tells, or nothing."""
    first = name.split()[0].lower().strip(".")
    if first in FEMALE_NAMES | FEMALE_TITLES or name.lower().endswith(("ova", "eva", "aya")):
        return "female"
    return "male" if first in MALE_NAMES | MALE_TITLES else ""
