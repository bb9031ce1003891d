"""The patterns, invented names and filling sentences that practice passages are made of."""

from __future__ import annotations

Pattern = tuple[tuple[str, ...], tuple[str, ...], str, str]
"""Sentences about {a} and {b} with values {x} and {y}; questions about {s}; kind of subject; kind of value."""
FIRST = (
    "Anna Omar Li Carlos Amina Viktor Fatima John Keiko Rashid Elena Samuel Noura Pavel Grace Ibrahim Mei Lucas "
    "Zainab Henrik Aisha Tomas Leila Abdullah Priya Daniel Sofia Yusuf Marta Kofi Dilshod Nadia Oleg Rosa Tariq "
    "Ingrid Mateo"
).split()
LAST = (
    "Karimov Okafor Tanaka Silva Haddad Novak Petrov Mensah Larsen Rahimi Costa Nazarov Weber Ortiz Diallo Kovacs "
    "Singh Yilmaz Moreau Abdi Lindgren Castro Bekov Farouk Ivanova Chen Murphy Tashkenti Banda Romero Sato Qureshi "
    "Dvorak Ali"
).split()
GROUPS = (
    "Northern Front|River Alliance|Islamic League of Samar|Free Harbor Movement|Green Banner Party|Union of Miners|"
    "People's Guard|Eastern Resistance Army|National Rail Company|Lakeside Bank|Orient Airlines|Workers' Congress|"
    "Red Mountain Brigade|Coastal Relief Fund|Institute of Tropical Medicine|Jihad Council|Democratic Assembly|"
    "Mining Authority|Football Federation|Court of Audit|Desert Liberation Front|Party of Labor|Solar Motors|"
    "Hill City FC"
).split("|")
COUNTRIES = (
    "Kenya Chile Norway Peru Ghana Nepal Latvia Jordan Oman Malta Georgia Bolivia Tunisia Vietnam Iceland Cuba Uganda "
    "Albania Panama Laos Yemen Mali Estonia Fiji Kazakhstan Tajikistan Uzbekistan Turkmenistan Armenia Moldova"
).split()
TOWNS = (
    "Ashford Belmora Castel Dunwick Elmira Farholt Granada Hollin Izmara Jarrow Kestrel Lomond Marwick Norvale Ostend "
    "Palmira Quern Redhill Sorrel Tarn Ulver Vantor Westmark Yarrow Zelin"
).split()
PATTERNS: tuple[Pattern, ...] = (
    (
        (
            "{x} leads the {a}, while the {b} is headed by {y}.",
            "The {a}, led by {x}, pledged loyalty to {y}, the leader of the {b}.",
            "{x}, the head of the {a}, met {y}, who runs the {b}.",
            "In a video, {a} leader {x} said his fighters would follow {b} chief {y}.",
            "The {a} split from the {b} last year. {x} took command of the former and {y} kept the latter.",
            "{y} has been at the head of the {b} for years. The {a} chose {x}.",
            "The {a} named {x} as its new leader after talks with {y} of the {b}.",
            "Under {x}, the {a} has fought the {b}, whose commander is {y}.",
        ),
        (
            "Who leads the {s}?",
            "Who is the leader of the {s}?",
            "Who heads the {s}?",
            "Who is at the head of the {s}?",
            "What is the name of the {s} leader?",
        ),
        "group",
        "person",
    ),
    (
        (
            "President {x} of {a} received {y}, the president of {b}.",
            "{x}, president of {a}, spoke by telephone with {b}'s President {y}.",
            "{a}'s president, {x}, and his {b} counterpart, {y}, signed a treaty.",
            "While {y} was re-elected in {b}, the presidency of {a} went to {x}.",
            "{x} was sworn in as president of {a} on the day {y} left {b}'s presidential palace for a holiday.",
        ),
        (
            "Who is the president of {s}?",
            "Who is president of {s}?",
            "Who is {s}'s president?",
            "Which president rules {s}?",
        ),
        "country",
        "person",
    ),
    (
        (
            "The flood killed {x} people in {a} and {y} in {b}.",
            "{x} people died in {a}. In {b}, {y} deaths were counted.",
            "Officials in {a} put the toll at {x}, those in {b} at {y}.",
            "The blast in {a} left {x} dead; a second one in {b} killed {y}.",
            "Of the dead, {y} were from {b} and {x} from {a}.",
        ),
        ("How many people died in {s}?", "How many were killed in {s}?", "What was the death toll in {s}?"),
        "town",
        "number",
    ),
    (
        (
            "The {a} was founded in {x} and the {b} in {y}.",
            "Founded in {x}, the {a} is older or younger than the {b}, which dates from {y}.",
            "The {b}, established in {y}, has long worked with the {a}, established in {x}.",
            "In {x} the {a} was set up. The {b} followed in {y}.",
            "The {a} came into being in {x}; the {b} had its first meeting in {y}.",
        ),
        ("When was the {s} founded?", "In what year was the {s} established?", "When was the {s} set up?"),
        "group",
        "year",
    ),
    (
        (
            "The {a} has its headquarters in {x}, the {b} in {y}.",
            "The {a} is based in {x}. The {b} moved to {y}.",
            "From its seat in {x}, the {a} wrote to the {b} in {y}.",
            "The {b}, whose offices are in {y}, sued the {a}, which sits in {x}.",
        ),
        ("Where is the {s} based?", "Where does the {s} have its headquarters?", "In which town is the {s}?"),
        "group",
        "town",
    ),
    (
        (
            "{a} was born in {x}, {b} in {y}.",
            "{a}, a native of {x}, married {b}, who was born in {y}.",
            "{b} grew up in {y}, where he was born; {a} was born in {x}.",
        ),
        ("Where was {s} born?", "In which place was {s} born?", "What is the birthplace of {s}?"),
        "person",
        "town",
    ),
    (
        (
            "{a} said the plan would cost {x} dollars, while {b} spoke of {y} dollars.",
            "The {x} dollars that {a} asked for were more or less than the {y} dollars of {b}.",
            "{b} offered {y} dollars. {a} gave {x} dollars.",
        ),
        ("How many dollars did {s} name?", "What sum did {s} speak of?", "How much money did {s} mention?"),
        "person",
        "number",
    ),
    (
        (
            "{a} opens on {x} and {b} on {y}.",
            "Voting begins in {a} on {x}. In {b} it begins on {y}.",
            "The talks in {a} are set for {x}, those in {b} for {y}.",
            "A first meeting took place in {b} on {y}, the next in {a} on {x}.",
        ),
        ("On what date does it begin in {s}?", "When is the event in {s}?", "What is the date for {s}?"),
        "town",
        "date",
    ),
    (
        (
            "{x} led the {z} from {a} to {m} and was followed by {y}, who led it from {m} to {b}.",
            "From {a} until {m} {x} headed the {z}. {y} took over in {m} and stayed until {b}.",
            "{y} was leader of the {z} between {m} and {b}; before, from {a} to {m}, it was {x}.",
        ),
        ("Who led the {z} in {s}?", "Who was the leader of the {z} in {s}?", "Who headed the {z} in {s}?"),
        "reign",
        "person",
    ),
    (
        (
            "{x}, the former leader of the {z}, died last week. He was succeeded by {y}.",
            "The {z} is now led by {y}. His predecessor {x} was killed in an air strike.",
            "After the death of {x}, the {z} chose {y} as its leader.",
            "{y} replaced {x} at the head of the {z}.",
        ),
        ("Who {s} the {z}?",),
        "succession",
        "person",
    ),
    (
        (
            "{x} won the {a}, and {y} took the {b}.",
            "The {a} went to {x}, the {b} to {y}.",
            "{y} received the {b}. {x} was awarded the {a}.",
        ),
        ("Who won the {s}?", "Who received the {s}?", "To whom was the {s} awarded?"),
        "prize",
        "person",
    ),
    (
        (
            "{x} percent of voters in {a} and {y} percent in {b} agreed.",
            "Unemployment stood at {x} percent in {a} and at {y} percent in {b}.",
            "In {b} the rate rose to {y} percent; {a} reported {x} percent.",
        ),
        ("What was the rate in {s}?", "What percentage was it in {s}?", "How high was the share in {s}?"),
        "country",
        "number",
    ),
    (
        (
            "{a} blamed {x} for the attack, but {b} accused {y}.",
            "According to {a}, {x} was behind it. {b} said it was {y}.",
            "{b} named {y} as the culprit; {a} pointed at {x}.",
        ),
        ("Whom did {s} blame?", "Who was behind it according to {s}?", "Whom did {s} accuse?"),
        "country",
        "person",
    ),
)

FILLER = (
    "The announcement came late in the evening.",
    "Reporters were not allowed into the hall.",
    "Analysts had expected nothing else.",
    "It was raining when the doors opened.",
    "No further details were given.",
    "A spokesman declined to comment.",
    "The agency said it would publish a longer report.",
    "Similar figures had been given before.",
    "Several hundred people stood in the square.",
    "Witnesses spoke of a long silence.",
    "The matter has been discussed for months.",
    "Both statements were carried by state television.",
)
PRIZES = (
    "literature prize|peace award|gold medal|200-meter race|best film award|regional title|women's final|science medal|"
    "lifetime award|men's singles|young writers' prize|opening match"
).split("|")
