"""Messages that ask nothing of the articles: greetings, thanks, and what the assistant can do, in some languages."""

from __future__ import annotations

import re
from typing import Literal

Courtesy = Literal["greeting", "thanks", "parting", "help"]

GREETING = frozenset(
    "hi hello hey hiya howdy greetings hallo moin servus bonjour salut bonsoir coucou hola ciao salve привет "
    "здравствуйте здравствуй приветствую".split()
)
THANKS = frozenset(
    "thanks thank thx ty cheers danke dankeschön merci gracias grazie спасибо благодарю great cool perfect nice "
    "super "
    "awesome excellent wonderful brilliant genial parfait perfecto отлично helpful".split()
)
PARTING = frozenset("bye goodbye byebye tschüss tschau revoir adiós adios пока свидания ciao cu".split())
HELP = frozenset("help hilfe aide ayuda помощь помоги помогите".split())
AROUND = frozenset(
    "good morning evening afternoon day night there everyone all you very much so a lot again for your the that "
    "it this "
    "was is answer answers help helped helping assistant pressmark bot ok okay k well done job work to see nice "
    "please "
    "pls dear team sir madam friend guten tag morgen abend gute nacht grüß grüss gott dir ihnen vielen schön "
    "sehr für "
    "die antwort hilfe bitte bon jour bonne journée soirée beaucoup bien pour votre réponse au s'il te plaît "
    "vous plait "
    "buenos buenas días dias tardes noches muchas mil por tu su respuesta favor добрый доброе день утро вечер "
    "большое "
    "за ответ до как now got i we me my in and oh wow yes no worries just want wanted say".split()
)
"""What may stand around a courtesy without making a question of it."""
WHOLE_GREETING = re.compile(
    r"(?:(?:good|guten?|bon|buen[oa]s|добр\w+) (?:morning|evening|afternoon|day|tag|morgen|abend|jour|soir|d[ií]as"
    r"|tardes|noches|день|утро|вечер))(?: \w+)?|how are you(?: (?:today|doing))?|how do you do|what['’]?s up"
    r"|wie geht['’]?s"
    r"|(?:comment )?[cç]a va|qu[eé] tal|как дела",
    re.I,
)
YOU = r"(?:you|u|this|it|pressmark|the (?:assistant|tool|app|system|bot))"
ASKS_FOR_HELP = re.compile(
    rf"(?:what|which (?:things|questions)) (?:can|could|may|do|should) (?:{YOU}|i|we) (?:do|ask|answer"
    rf"|help(?: me)? with"
    r"|know|offer|search(?: for)?|use (?:this|you|it) for)(?: (?:you|here|for me|with this|about|this|it))*"
    rf"|(?:how|in what way) (?:does|do|can|should|could) (?:{YOU}|i|we|one) (?:work|use (?:this|you|it)|ask(?: you)?"
    rf"|search|start|begin)(?: (?:it|here|{YOU}|questions?|a question))*"
    rf"|(?:who|what) (?:are|is) {YOU}|what is this(?: (?:place|site|page|thing))?|(?:can|could"
    rf"|will) you help(?: me| us)?"
    r"|i need (?:some )?help|help me|i don['’]t know what to ask|what (?:to|should i) ask(?: you)?"
    r"|are you (?:a |an )?(?:human|robot|bot|person|real|ai|machine|chatgpt|language model)(?: or (?:a )?\w+)?"
    r"|(?:give|show) me (?:some |an |a few )?examples?(?: questions?)?|example questions?|what are you(?: good)? for"
    r"|where do (?:your|the) answers come from|(?:tell me )?about yourself|introduce yourself"
    r"|what (?:is|are) in (?:this|the|your) (?:archive|library|collection|database)"
    r"|what (?:topics?|subjects?|themes?|kind of (?:articles|news|questions|things)) (?:do|can|does|are) .{0,40}"
    r"|was (?:kannst|können) (?:du|sie)(?: alles)?(?: tun| machen)?|wer bist du|wie funktioniert (?:das|dies"
    r"|es)(?: hier)?"
    r"|(?:kannst du|können sie) (?:mir|uns) helfen|que (?:peux|sais)[- ]tu faire|que pouvez[- ]vous faire"
    r"|qu['’]est[- ]ce que (?:tu peux|vous pouvez) faire|comment [cç]a (?:marche|fonctionne)|qui es[- ]tu"
    r"|¿?qu[eé] (?:puedes|sabes|puede) hacer|¿?c[oó]mo funciona(?: esto)?|¿?qui[eé]n eres"
    r"|(?:что|чем) ты (?:умеешь|можешь)(?: делать| помочь)?|что вы (?:умеете|можете)|как (?:это )?(?:работает"
    r"|пользоваться)"
    r"|кто ты",
    re.I,
)
MARKS = re.compile(r"[^\w\s'’-]|[_\U0001F000-\U0001FAFF☀-➿]")
POLITE = re.compile(
    r"^(?:(?:hi|hello|hey|hallo|please|so|ok|okay|well|and|bitte|sorry|excuse me)\s+)+|\s+(?:please|pls|bitte|exactly"
    r"|actually|then|today|now|here|there|at all|pressmark|por favor|s['’]il (?:te|vous) pla[iî]t)$",
    re.I,
)


def courtesy_of(message: str) -> Courtesy | None:
    """What kind of courtesy or call for help a message is, None when it may ask something of the articles."""
    plain = " ".join(MARKS.sub(" ", message).split()).lower()
    if not plain:
        return None
    bare = POLITE.sub("", POLITE.sub("", plain))
    if ASKS_FOR_HELP.fullmatch(bare) or ASKS_FOR_HELP.fullmatch(plain):
        return "help"
    if WHOLE_GREETING.fullmatch(plain) or WHOLE_GREETING.fullmatch(bare):
        return "greeting"
    words = plain.split()
    return _by_words(words) if len(words) <= 12 else None


def _by_words(words: list[str]) -> Courtesy | None:
    """The courtesy that a few words are, when they say nothing else."""
    known = GREETING | THANKS | PARTING | HELP | AROUND
    if not all(word in known or word.strip("'’-") in known for word in words):
        return None
    said = set(words)
    if said & PARTING and not said & GREETING - PARTING:
        return "parting"
    if said & THANKS:
        return "thanks"
    if said & GREETING:
        return "greeting"
    return "help" if said & HELP and len(words) <= 4 else _mere_assent(words)


def _mere_assent(words: list[str]) -> Courtesy | None:
    """ "ok" and "well done" alone are thanks."""
    return "thanks" if words[0] in ("ok", "okay", "k", "wow", "yes", "well") and len(words) <= 3 else None
