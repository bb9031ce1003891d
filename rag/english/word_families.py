"""Forms of verbs and nouns that no rule makes, and families of words that say the same in a news article.

The families are meant for claims beside quotations: a family too many hides a swap.
"""

from __future__ import annotations

IRREGULAR = {
    form: base
    for base, forms in {
        "say": "said says saying", "tell": "told", "be": "is are was were been being am", "have": "has had having",
        "do": "did does done", "go": "went gone goes", "come": "came", "take": "took taken", "give": "gave given",
        "make": "made", "lead": "led", "leave": "left", "win": "won", "lose": "lost", "rise": "rose risen",
        "fall": "fell fallen", "grow": "grew grown", "hold": "held", "find": "found", "flee": "fled",
        "fight": "fought", "shoot": "shot", "strike": "struck", "break": "broke broken", "begin": "began begun",
        "meet": "met", "pay": "paid", "sell": "sold", "buy": "bought", "build": "built", "send": "sent",
        "spend": "spent", "keep": "kept", "bring": "brought", "think": "thought", "write": "wrote written",
        "speak": "spoke spoken", "choose": "chose chosen", "drive": "drove driven", "fly": "flew flown",
        "know": "knew known", "draw": "drew drawn", "throw": "threw thrown", "see": "saw seen", "become": "became",
        "get": "got gotten", "stand": "stood", "understand": "understood", "swear": "swore sworn", "man": "men",
        "woman": "women", "child": "children", "person": "people persons", "die": "died dying dead dies",
        "lie": "lay lying", "wear": "wore worn", "hide": "hid hidden", "shut": "shutting", "feel": "felt",
        "deny": "denied denies denying", "try": "tried tries", "hurt": "hurting", "steal": "stole stolen",
        "beat": "beaten", "cost": "costs", "mean": "meant", "teach": "taught", "catch": "caught",
        "overthrow": "overthrew overthrown", "withdraw": "withdrew withdrawn", "sink": "sank sunk",
        "arise": "arose arisen", "forbid": "forbade forbidden", "seek": "sought", "rebuild": "rebuilt",
        "forgive": "forgave forgiven", "uphold": "upheld", "overtake": "overtook overtaken", "lend": "lent",
        "eat": "ate eaten", "feed": "fed", "forget": "forgot forgotten", "freeze": "froze frozen", "hear": "heard",
        "hang": "hung", "ride": "rode ridden", "shake": "shook shaken", "sing": "sang sung", "sweep": "swept",
        "swim": "swam swum", "tear": "tore torn", "undertake": "undertook undertaken", "bite": "bit bitten",
        "undergo": "underwent undergone", "run": "ran running", "sit": "sat",
    }.items()
    for form in forms.split()
}  # fmt: skip
FAMILIES = tuple(
    line.split()
    for line in """
    kill die death slay fatal deadly perish fatality casualty toll victim
    injure wound hurt injury
    attack raid assault storm strike offensive
    say tell state announce declare report add note statement remark accord
    leader chief head commander lead boss president ruler
    appoint name choose pick select
    name call rename
    found establish create set form founding foundation founder
    start begin launch open
    end finish stop halt conclude over close
    move shift transfer relocate
    flee escape
    vote elect election ballot poll
    win victory beat defeat
    person man citizen resident human individual
    soldier troop force
    gunman attacker assailant militant fighter gunmen insurgent
    build construct construction
    give hand grant award transfer
    quit resign step resignation
    buy purchase acquire
    get receive obtain
    help aid assist support assistance
    sign signature
    country nation state
    city town
    area region district
    government administration
    child kid youngster
    big large great huge major
    new fresh
    about around approximately roughly some almost nearly
    show reveal disclose
    want wish seek aim hope
    plan intend aim mean
    guard protect defend
    dismiss fire sack
    switch change swap
    conceal hide
    hit strike
    quake earthquake
    assert insist maintain
    film movie
    doctor physician medic
    lawyer attorney
    firm company business
    worker employee staff
    money cash fund
    pupil student
    car vehicle
    prize award
    rain rainfall
    flood floodwater
    blaze fire
    boat ship vessel
    road street
    border frontier
    money funding
    ask request demand call urge
    cause reason because due
    blame accuse fault
    near close
    accept agree approve approval agreement
    reject refuse decline turn
    previous former
    take seize capture
    let allow permit permission
    join enter accession
    leave depart departure
    ban forbid prohibit
    quarrel dispute conflict clash
    toppl overthrow oust depose
    dollar usd
    rise increase grow climb growth gain
    fall decrease drop decline shrink
    house home accommodate
    serve act work
    sentence jail prison imprison
    photograph photo picture image
    pact treaty accord deal agreement
    talk negotiation
    pledge promise vow
    crash accident
    post publish publication
    hundred hundreds
    flat apartment
    final last
    reign defend
    attempt effort bid try
    teenager teen youth
    return restore
    seize confiscate capture
    overturn capsize flip
    coach bus
    coach trainer manager
    probe inquiry investigation inquest investigate
    arrest detain
    warn caution
    praise hail applaud commend
    criticise criticize condemn denounce
    ill sick
    illness disease
    drug medicine medication
    expert specialist
    scientist researcher academic
    discover find uncover
    vanish disappear
    believe think suspect
    costly expensive
    profit earning
    shop store
    match game
    tournament championship contest competition
    champion winner
    club team side squad
    novel book
    author novelist writer
    singer vocalist
    abduct kidnap
    murder homicide
    fine penalty
    court tribunal
    protest demonstration rally march
    protester demonstrator
    blast explosion
    explode detonate
    plane aircraft airliner jet
    wildfire bushfire
    landslide mudslide
    outbreak epidemic
    vaccine jab vaccination vaccinate
    salary wage pay
    unemployed jobless
    layoff redundancy
    tax levy duty
    poll survey
    study research report paper
    annual yearly
    spokesman spokeswoman spokesperson
    chairman chairwoman chair
    pensioner retiree
    baby infant
    tourist visitor holidaymaker
    immigrant migrant
    rebel insurgent guerrilla
    hostage captive
    ceasefire truce armistice
    parliament legislature assembly
    lawmaker legislator parliamentarian
    referendum plebiscite
    candidate contender
    triumph win
    cut reduce lower slash trim
    raise increase lift
    damage harm
    collapse cave
    halt suspend stop
    delay postpone
    cancel scrap abandon
    reach arrive
    rescue save
    hunt search
    steal thieve rob take
    thief robber burglar
    sharp steep
    docker dockworker
    sedate tranquillise tranquilize
    merge merger combine
    inmate prisoner
    """.strip().splitlines()
)
