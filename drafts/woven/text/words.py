"""Small words by what they do in a sentence, and nouns that behave in a way of their own."""

from drafts.woven.text.bag import bag

AUX = bag(
    """is are was were am be been has have had can could will would may might must should shall do does did cannot
    isn't aren't wasn't weren't don't doesn't didn't won't can't couldn't wouldn't shouldn't hasn't haven't hadn't
    mustn't"""
)
FINITE_AUX = AUX - {"be", "been"}
PRONOUNS = bag("i we they you he she it")
SUBJECTS = PRONOUNS | bag(
    """both this that these those there everyone everybody someone somebody anyone anybody nobody nothing everything
    none"""
)
PRONOUN_VERB = bag(
    """i'm i've i'll i'd we're we've we'll we'd they're they've they'll they'd you're you've you'll it's it'll he's
    she's that's there's"""
)
RELATIVES = bag(
    """whoever whatever who whom whose which that where when if because after before once while until unless as
    whether"""
)
SUBORDINATORS = bag("when whenever if after once before while upon until unless because since")
PREPOSITIONS = bag(
    """about above across after against along among around as at before behind below beside between beyond by during
    except for from in inside into like near of off on onto out outside over per since than through throughout till
    to toward towards under until up upon using via with within without"""
)
DETERMINERS = bag(
    """a an the our my your their his her its this that these those each every all any some no one both either neither
    another several many most few more such two three four five six seven eight nine ten twelve only"""
)
ADVERBS = bag(
    """also always automatically currently daily directly else ever first generally here immediately instantly instead
    just later mainly manually monthly mostly never not now often once only primarily promptly quarterly quickly
    rarely seldom simply sometimes soon straight then there twice typically usually weekly yearly annually nightly away
    hourly permanently temporarily forever at-once again already still yet too together individually personally
    otherwise online offline worldwide globally nationwide locally remotely silently"""
)
NOT_ADVERBS = bag("""reply apply supply family fly july italy assembly rally belly bully comply rely early only""")
CONJUNCTIONS = bag("and or but nor plus")
NOUNY_ING = bag(
    """accounting advertising baking banking billing blogging booking bookkeeping brewing building catering cleaning
    climbing clothing coaching coding consulting cooking copywriting cycling dancing drawing engineering evening
    existing farming financing fishing following funding fundraising gaming gardening greeting grooming hiking
    hosting housing incoming knitting landing lending letting lighting listing living mailing manufacturing
    marketing marking meeting monitoring morning onboarding opening outgoing outstanding painting parking paying
    pending photographing planning plumbing pooling pricing printing processing programming publishing pudding
    rating reading receiving recording recruiting recurring remaining reporting ring rising roasting roofing running
    sailing scheduling setting sewing sharing shipping shopping sibling sitting sporting spring staffing standing
    string swimming teaching testing ticketing timing tracking trading training travelling tutoring upcoming warning
    weaving wedding weighing welcoming wording working wrestling writing"""
)
MASS = bag(
    """
    access rent activation creation accommodation accounting advertising advice art bakeware beer bread care
    catering cheese clothing coaching code coffee compensation consent management leadership reception support
    consulting content correspondence crockery data design development ecommerce e-commerce education engineering
    entertainment equipment feedback fintech homework food furniture gear hardware healthcare help honey hosting
    information insurance jewellery jewelry knitwear leather logistics machinery mail maintenance marketing
    merchandise merch money music news noise paperwork photography plumbing pottery printing property publishing
    research retail saas sales security skincare software spam sportswear stationery stuff support tableware tea
    telemedicine water food text therapy tourism training transport travel tuition underwear usage wine wood wool
    work yarn yoga registration membership verification confirmation-mail suppression removal deletion consent
    double-opt-in opt-in"""
)
PLURAL_WITHOUT_S = bag(
    "menus yous thank-yous people children men women media data staff alumni police folk cattle geese feet"
)
SINGULAR_WITH_S = bag(
    """address business process access bus news series status campus virus basis analysis class glass press express
    canvas wellness fitness success progress dress mattress chess gas lens atlas bonus focus plus mass pass less yes
    boss cross physics mathematics maths economics logistics sms aws ses dns gps cms cross-stitch bias iris abbess
    hostess princess lass truss campus census chorus circus cactus genius radius surplus versus us this its as is
    was has does always perhaps towards besides sometimes whereas"""
)
TIMES = bag(
    """today tomorrow nowadays day days week weeks weekday weekdays month months year years quarter hour hours
    minute minutes morning evening
    night afternoon time workday term semester fortnight weekend season monday tuesday wednesday thursday friday
    saturday sunday mondays fridays sundays spring summer autumn winter january february march april may june july
    august september october november december"""
)
COUNTABLE_PEOPLE = bag(
    """subscriber customer user member patient parent student client donor buyer reader recipient contact person
    people
    account guest attendee family household employee learner pupil tenant volunteer supporter owner follower address
    addresse participant teacher seller driver company school lead signup sign-up visitor shopper child player fan
    alumni developer team admin administrator partner merchant writer author listener viewer trainee neighbour
    neighbor resident household investor candidate applicant organiser organizer coach doctor nurse therapist"""
)
ACTORS = bag(
    """customer user member patient parent student client donor buyer reader recipient subscriber visitor pupil tenant
    guest learner shopper seller driver teacher volunteer supporter candidate player participant owner person
    somebody someone manager staff team office reception clerk editor admin secretary receptionist nurse doctor
    support agent alumnus alumna trainee resident citizen household supplier backend system server app script lambda
    function webhook handler worker job software tool school shop clinic company"""
)
"""Who does things: a form such as "clicks" right after one of them is a verb."""
THINGS_DONE = bag(
    """order request report change update review post answer return account name list mail email log test alert train
    issue bill visit record score trip need show match meet feature offer plan call open share"""
)
"""Verbs whose form with -s is nearly always the noun: "customer orders", "app reviews"."""
PERSON_HEADS = bag(
    """developer photographer designer consultant teacher writer author freelancer artist illustrator musician coach
    tutor trainer therapist translator programmer engineer lawyer accountant potter baker maker blogger journalist
    editor podcaster carpenter architect physiotherapist psychologist notary midwife tailor bookbinder luthier
    composer"""
)
