"""The words that tell one shape of English from another: verbs with their forms, mass nouns, prepositions, openers.

The lists hold what people write about a business and its mail. A word that is missing costs elegance, never truth:
the text it stands in is then left as typed.
"""

from drafts.text.bag import bag

_REGULAR = """
accept access accredit act add adopt advertise advise agree aim allow announce answer appear apply approve
arrange arrive ask assemble assess assign assist attend attract audit bake ban batch become begin believe
blacklist block book bookkeep borrow bounce breed brew bring broadcast browse build buy calibrate call cancel
care carry carve cater cause certify change charge check choose clean clear click climb close coach collect come
commission compare complain complete comply compose confirm connect consist contact contain contribute cook
copywrite correct cost counsel count cover craft crash create crochet cultivate curate deactivate deal decide
declare decline delete deliver demolish depend deploy design detect develop diagnose disable discard discover
dismantle dispose distil distribute do donate download draw drop edit educate email employ enable
encourage end engrave enjoy enrol enroll enter erase escalate escort etch examine excavate exhibit exist expect
expire explain explore export expose fail fall farm feature feed ferment file fill filter find finish fit fix
flag follow forage forget form foster freeze fulfil fulfill fund gather generate get give go grant grow guide
handle happen have help hike hire hit hold honor honour host house hunt ignore illustrate import improve include
indicate inform insert inspect install insure interpret invest invite invoice irrigate issue join keep knit know
label land lapse laser-cut last launch lead learn leave lend let license link list live livestream load log look
lose maintain make manage manufacture map mark market match mean measure mediate meet mend mention mentor mill
miss mix monitor move mow mute name need notice notify obtain occur offer open operate opt order organise
organize own pack paint pass pause pay perform phone photograph pick place plan plant play pledge polish post
practice practise prepare prevent print process produce prohibit promise promote proofread protect provide prune
publish pull purchase purge push put quarantine query queue quit raise rank rate reach reactivate read receive
recommend recondition reconsider record recover recruit recycle refer refurbish refuse register rehome reject
release remain remind remove renew renovate rent repair replace reply report represent request rescue research
resell resend reserve reset resolve respond restart restore restrict resubscribe retry return review roast run
save schedule scrape scrub see select sell send separate serve set sew share ship shoot show sign signify
silence sit sketch skip smoke solve sound source speak specialise specialize spend sponsor stand start state
stick stop store stream stretch submit subscribe supervise support suppress suspend switch sync synchronise tag
take talk target teach tell terminate test thank tick toggle touch track trade train transcribe transfer
translate transport travel treat trigger try tune turn tutor type understand underwrite unlink unsubscribe
unsuspend upcycle update upgrade upload use validate verify view visit volunteer vote wait want warn wash watch
weave weld whitelist win wipe wish withdraw work wrap write
"""
_PAST = {
    "become": "became become", "begin": "began begun", "bring": "brought", "build": "built", "buy": "bought",
    "choose": "chose chosen", "come": "came come", "cost": "cost", "deal": "dealt", "do": "did done",
    "fall": "fell fallen", "feed": "fed", "find": "found", "fit": "fitted fit", "forget": "forgot forgotten",
    "freeze": "froze frozen", "get": "got gotten", "give": "gave given", "go": "went gone", "grow": "grew grown",
    "have": "had", "hit": "hit", "hold": "held", "keep": "kept", "know": "knew known", "lead": "led",
    "learn": "learnt learned", "leave": "left", "let": "let", "lose": "lost", "make": "made", "mean": "meant",
    "meet": "met", "pay": "paid", "put": "put", "quit": "quit", "read": "read", "resell": "resold", "resend": "resent",
    "run": "ran run", "see": "saw seen", "sell": "sold", "send": "sent", "set": "set", "sew": "sewed sewn", "reset": "reset",
    "show": "showed shown", "sit": "sat", "speak": "spoke spoken", "spend": "spent", "stand": "stood",
    "stick": "stuck", "take": "took taken", "teach": "taught", "tell": "told", "understand": "understood",
    "weave": "wove woven", "win": "won", "withdraw": "withdrew withdrawn", "write": "wrote written",
    "breed": "bred", "bind": "bound", "opt": "opted", "submit": "submitted",
}  # fmt: skip
_DOUBLED = bag(
    """flag tag scan map tip chip clip swap zip snap step shop shred slip strip spot rub admit commit permit omit equip
    control ban drop fit get hit let log opt plan put quit run scrub set ship sit skip stop submit tag unplug knit
    trim win wrap cut begin forget reset refer occur format cancel label travel fulfil enrol transfer"""
)


def _third(base: str) -> str:
    if base in {"do", "go"} or base.endswith(("s", "sh", "ch", "x", "z")):
        return base + "es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ies"
    return "has" if base == "have" else base + "s"


def _gerund(base: str) -> str:
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")):
        return base[:-1] + "ing"
    return base + (base[-1] if base in _DOUBLED else "") + "ing"


def _past(base: str) -> tuple[str, ...]:
    if base in _PAST:
        return tuple(_PAST[base].split())
    if base.endswith("e"):
        return (base + "d",)
    if base.endswith("y") and base[-2] not in "aeiou":
        return (base[:-1] + "ied",)
    return (base + (base[-1] if base in _DOUBLED else "") + "ed",)


BASES = frozenset(_REGULAR.split())
THIRD = {_third(base): base for base in BASES}
GERUNDS = {_gerund(base): base for base in BASES} | {"canceling": "cancel", "cancelling": "cancel"}
PASTS = {form: base for base in BASES for form in _past(base)} | {"canceled": "cancel", "unticked": "tick"}

NOUN_TOO = bag(
    """access act aim answer audit ban batch bind block book bounce brew broadcast build buy call cancel care change
    charge check click climb close coach commission complain contact cook cost count cover craft deal design do
    download drop edit email end escort export fail fall farm feature feed file fill filter finish fit fix flag form
    foster freeze fund grant guide help hike hire hit hold host house hunt import invite invoice issue keep label
    land lapse last launch lead lease leave level license link list live load log look map mark market master match
    mean measure mention mentor mill mix move mute name need notice offer open order pack paint pass pause pay
    permit phone photograph pick place plan plant play pledge polish post practice practise press print process
    produce promise prune publish pull purchase purge push quarantine query queue raise rank rate reach read record
    release rent repair reply report request rescue research reserve reset return review roast run save schedule
    scrub select separate service set sew share ship shoot show sign silence sit sketch smoke sound source spend
    sponsor stand start state stick stop store stream stretch support switch sync tag talk target test thank tick
    toggle touch track trade train transfer transport travel treat trigger try tune turn tutor type unsubscribe
    upcycle update upgrade upload use view visit volunteer vote wait want wash watch welcome weld win wish work wrap"""
)
"""Bases that are nouns as well, so that they prove a verb only in the right company."""

PAST_ONLY = bag(
    """became began chose did fell forgot froze gave went grew knew saw showed spoke took understood wove withdrew
    wrote got made sent sold bought paid told left"""
) - bag("made sent sold bought paid told left got")
"""Past forms that are no participle, so that they always stand with a subject."""

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
RELATIVES = bag("""who whom whose which that where when if because after before once while until unless as whether""")
OPENERS = bag("""when whenever if after once as before while upon until unless every each on at on""")
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
    rarely seldom simply sometimes soon straight then there twice typically usually weekly yearly annually nightly
    hourly permanently temporarily forever at-once again already still yet too together individually personally
    online offline worldwide globally nationwide locally remotely silently"""
)
NOT_ADVERBS = bag("""reply apply supply family fly july italy assembly rally belly bully comply rely early only""")
CONJUNCTIONS = bag("and or but nor plus")
NOUNY_ING = bag(
    """accounting advertising banking billing blogging booking brewing bookkeeping building catering cleaning clothing
    coaching coding consulting cooking copywriting engineering evening existing farming financing fishing
    fundraising funding gaming gardening greeting hosting housing incoming knitting landing lighting listing living
    mailing manufacturing marketing marking meeting monitoring morning onboarding opening outgoing outstanding
    parking paying pending photographing planning plumbing pricing printing processing programming publishing
    pudding rating reading receiving recording recruiting recurring remaining reporting ring rising roofing running
    sailing scheduling setting sewing shipping shopping sibling sporting spring staffing standing string swimming
    teaching testing ticketing timing tracking trading training travelling tutoring upcoming warning wedding
    welcoming weighing wording working writing wrestling following climbing cycling hiking dancing painting drawing
    baking roasting weaving"""
)
MASS = bag(
    """access accommodation accounting advertising advice art bakeware beer bread care catering cheese clothing
    coaching code coffee compensation consent management leadership reception support consulting content
    correspondence crockery data design development ecommerce e-commerce education engineering entertainment
    equipment feedback fintech food furniture gear hardware healthcare help honey hosting information insurance
    jewellery jewelry knitwear leather logistics machinery mail maintenance marketing merchandise merch money music
    news noise paperwork photography plumbing pottery printing property publishing research retail saas sales
    security skincare software spam sportswear stationery stuff support tableware tea telemedicine text therapy
    tourism training transport travel tuition underwear usage wine wood wool work yarn yoga registration membership
    verification confirmation-mail suppression removal deletion consent double-opt-in opt-in"""
)
PLURAL_WITHOUT_S = bag("people children men women media data staff alumni police folk cattle geese feet")
SINGULAR_WITH_S = bag(
    """address business process access bus news series status campus virus basis analysis class glass press express
    canvas wellness fitness success progress dress mattress chess gas lens atlas bonus focus plus mass pass less yes
    boss cross physics mathematics maths economics logistics sms aws ses dns gps cms cross-stitch bias iris abbess
    hostess princess lass truss campus census chorus circus cactus genius radius surplus versus us this its as is
    was has does always perhaps towards besides sometimes whereas"""
)
TIMES = bag(
    """day days week weeks weekday weekdays month months year years quarter hour hours minute minutes morning evening
    night afternoon time workday term semester fortnight weekend season monday tuesday wednesday thursday friday
    saturday sunday mondays fridays sundays spring summer autumn winter january february march april may june july
    august september october november december"""
)
COUNTABLE_PEOPLE = bag(
    """subscriber customer user member patient parent student client donor buyer reader recipient contact person people
    account guest attendee family household employee learner pupil tenant volunteer supporter owner follower address
    addresse participant teacher seller driver company school lead signup sign-up visitor shopper child player fan
    alumni developer team admin administrator partner merchant writer author listener viewer trainee neighbour
    neighbor resident household investor candidate applicant organiser organizer coach doctor nurse therapist"""
)
ACTORS = bag(
    """customer user member patient parent student client donor buyer reader recipient subscriber visitor pupil tenant
    guest learner shopper seller driver teacher volunteer supporter candidate player participant owner person
    somebody someone manager staff team office reception clerk editor admin secretary receptionist nurse doctor
    alumnus alumna trainee resident citizen household supplier backend system server app script lambda function
    webhook worker job software tool school shop clinic company"""
)
"""Who does things: a form such as "clicks" right after one of them is a verb."""
THINGS_DONE = bag(
    """order request report change update review post answer return account name list mail email log test alert train
    issue bill visit record score trip need show match meet feature offer plan call open set share"""
)
"""Verbs whose form with -s is nearly always the noun: "customer orders", "app reviews"."""
PERSON_HEADS = bag(
    """developer photographer designer consultant teacher writer author freelancer artist illustrator musician coach
    tutor trainer therapist translator programmer engineer lawyer accountant potter baker maker blogger journalist
    editor podcaster carpenter architect physiotherapist psychologist notary midwife tailor bookbinder luthier
    composer"""
)
COMMON = bag(
    """intake whitepaper whitepapers abandoned ability about absence absent abuse academy access accident account
    accountancy active activity additional adult advance adventure advice affordable afternoon age agency aid air
    airport alarm album alert all allergy allotment almost also alumni always amount analysis and animal anniversary
    announcement annual anonymous answer anyone apartment app application appointment apprentice approximately
    around arrangement arrival article artisan artist arts assessment asset assignment assistance association at
    athlete attachment attendance attendee attention auction aunt authentication author authority automated
    automatic automatically automation autumn availability award b2b baby back backup bag baker bakery balance ball
    band bank bar barber base basic basket batch bath bathroom battery beach bean beauty bed bedding bee beekeeping
    beer beginner behaviour benefit best between bicycle big bike bilingual bill billing bird birth birthday
    biweekly blog board boarding boat bones booking bookkeeper bookshop boot border both bottle boutique bowl box
    boy brand bread break breakfast breeder brewery bridge brief brochure broker brother bug builder building bulk
    bulletin bundle bureau bus but butcher butter button buyer cabin cable cafe café cake calendar camera camp
    campaign camping canal cancellation cancelled cancer candidate candidates candle canoe canteen capital car
    caravan card cardboard carer caring carpenter carpet cart case cash cat catalog catalogue caterer catering cell
    cellar center centre ceramic ceramics certificate chain chair champion chance changes channel chapter charity
    chat cheap checkbox checkout cheese chef chemist chess chicken child childcare childminder children chocolate
    choice choir christian church cider cinema circular citizen city civil claim claims class classic classroom clay
    cleaner clerk client climate clinic clock closed closure cloth clothes cloud club coast coat code coffee cold
    colleague collection college colour comic comment commerce commercial committee common communication
    communications community commuter company comparison competition complaint component computer concert condition
    conference confirmation confirmations congregation connection consent construction consultancy consultation
    consumer contract contributor controller conversation conversion cooker cooperative copy corner correction
    cosmetic cosmetics cottage cotton council counselling counsellor country county couple coupon courier course
    court cousin cover craftsman credential credit crop cross crowd culture cup curator currency current curriculum
    curtain customer customers cut cycle cyclist daily dance dancer dark dashboard data date dating daughter day
    dead deadline deaf dealer death debt debtor decoration deep default degree delivery demand demo dental dentist
    department departure depending deposit depot description desk dessert detail details device diet difference
    digest digital dinner diploma direct director disability disc discount discussion disease dispatch dispute
    distance diver diving doctor doctors document dog doll domain domestic donation donor donors door dormant
    double-opt-in draft drama drawing dress drink drive driver drone drop drug dry due duty e-book ear early earring
    east ebook echo ecological economic edge edition editor editorial education educational effect egg elderly
    election electric electrical electrician electricity electronic electronics elementary eligible emails emergency
    employee enamel end energy engagement engine english enquiries enquiry enrolled enrollment enrolment enterprise
    entrance entry envelope environment equal equipment error escape estate evaluation evening event events
    everybody everyone everything evidence exact exam example exchange exercise exhibition exhibitor existing exotic
    experience experiment expert expired expiring expiry explicit export exposure external eye face facility factory
    failed fair fall false family family-owned family-run fan fare farm fashion fast fat father fault favourite fee
    fees female fence festival field figure figurines file film final finance financial finished fire firm fish
    fisher fishing fitness flag flash flat flight floor flour flower folder folk follow-up food foot football footer
    footwear forecast foreign forest forgotten fork formal former fortnightly forum found foundation founder four
    frame franchise free freelance freight frequent fresh friend fruit fuel full fundraiser fur furniture future
    gallery game garage garden gardener garment gas gate general genuine gift girl glass glasses glove goal gold
    golf good goods grade graduate grain grand grant graphic grass great green greenhouse grid grocery ground group
    grower growing guard guardian guest guidance guide guitar gun gym hair hairdresser half half-term hall hand
    hand-made handbag handling handmade happy harbour hard hardware harvest hat head health healthcare heart heat
    heating heavy herb heritage high hiker hiking hill history hobby holiday home homeless homeowner homework honey
    hope horse hospital hospitality host hosted hostel hot hotel hour hourly house household human humanitarian hunt
    hygiene ice identification identity illness image immediate immigrant impact important inbox incident income
    independent individual industrial infant influence informational infrastructure initial inn inquiry insect
    inspection instant institute instruction instructor instrument insurance interactive interest interior internal
    international internet interview introductory inventory invitation invited iron island item jacket jam jewel
    jeweller jewellery job joint journal judge juice junior kennel key kid kids kind kiosk kit kitchen kite knife
    knitwear lab label labour lady lake lamp landlord landlords landscape language laptop large late laundry law
    lawyer layout leader leaf leaflet league least leather leave leaver leavers lecture left legal leisure lens
    lesson letter level librarian library licence license lifecycle lifelong light limited line linen link liquid
    list literacy literary litter live livestock loan loans local lodge lodging log login logistics long long-
    distance loss lost lot love low loyalty lunch luxury machine machinery magazine magic mail mailbox mailing main
    maintenance major maker male man management manager mandatory manual map marine maritime market marketing
    marketplace massage master match material maths matter max maximum meal measure meat mechanic media medical
    medication medicine medieval medium meeting member members membership memorial memory mental mentor mentoring
    menu merchant message metal method metre micro mid mid-sized middle midwife migrant mild milk mill min mind
    mineral minimum minor minute mirror missed mission mixed mobile model modern moment money month monthly mosque
    most mostly mother motor motorbike mountain mouse movie moving municipal muscle museum music musical musician
    name nanny narrow national native natural nature near nearly neat neighbour neighbourhood net network networking
    never new news newsletter newsletters newspaper next night nightly nobody noise non-profit none nonprofit normal
    north not-for-profit note nothing notification notifications nurse nursery nursing nut nutrition oak observatory
    occasional occupational ocean offer office officer official offline oil okay old olive onboarding once one-click
    one-man one-off one-person one-time one-to-one online only onsite open open-source opener opening opera
    operation operator optician optional or oral orange orchard orchestra ordinary organic organisation organization
    original ornament orthodontist osteopath outage outdoor outdoors oven over overdue overnight overseas owner
    package packaging page paid painter pair palm panel pantry paper parcel parent parents parish park parking
    parliament part participant particular partner party passenger passport password passwordless past pasta pastry
    path patient patients pattern pay payer payment payout payroll payslip payslips peaceful pedal peer pen pension
    people per perfume period permanent permission permit person personal personalised personalized personnel
    perspective pest pet pharmacy phase philosophy photo photographer photographs photography physical physio
    physiotherapist physiotherapy piano picture piece pilgrim pilot pizza plain planner planning plant plastic
    platform platforms player playground plus pocket podcast poem poet poetry point police policy political pool
    poor port portal portfolio portrait position post-purchase postcard poster potter pottery poultry power
    practical practice practitioner prayer premium prepaid preparation preschool prescription present president
    press pressure prevention previous price primary primary-school print printed printer printing prison privacy
    private pro probate problem procedure process processing producer product production products profession
    professional professor profile profit program programme progress project promo promotion promotional promotions
    proof property proposal prospectus protein public publication publisher pupil purchase pure puzzle quality
    quarry quarterly question queue quick quiet quilt quiz quote rack radio rail railway rain rare rate raw reader
    readers reading ready real rear reason receipt receipts recent reception recipe recipient recital recommendation
    recorded recording recovery recruitment recurring recycled red reduced referee reference referral reflection
    refugee refugees refund regional registered registrants registrar registration regular relation relative relaxed
    release relevant relief religion religious reminder reminders remote renewable renewal rental repair repeat
    replacement report reporter representative reptile rescue research researcher reservation resident residential
    resort resource respite response restaurant result results retail retailer retired retreat return reusable
    reward rice rich ride rider right ring river road roaster robot rock role roof room root rope rose rough roughly
    round route routine row royal rubber rug rule running rural sad saddle safe safety sail salad salary sale sales
    salon salt same sample sand sandwich satellite sauce saved savings scale scan scarf scene scent scheduled
    scholar scholarship school science scientific scientist score scout screen script sculptor sculpture sea seafood
    search season seasonal seat second second-hand secondary secret secretary section sector secure security seed
    self self-employed self-service seller semester seminar senior sensitive sensor sentence separate serial series
    serious server service services session setting several sewing shade shallow shape shared sheep sheet shelf
    shelter shift shipment shipping shoe shoes shop shoppers short short-term shortlist shot shoulder shower sick
    side sight sign-in sign-up signup silent silk silver similar simple singer single singles sister site size skate
    ski skill skin sleep slow small smart snack snow soap soccer social society sock sofa soft software soil solar
    soldier sole solicitor solid solo solution son song sort soul soup south space spare speaker special specialised
    specialist speech speed spice spiritual sponsor sport sports spring square stable stadium staff stage stall
    stamp standard star start-up startup state statement stationery status steel stem step still stock stone storage
    story strategy stream street string strong structure student students studio stuff subject subscribed subscriber
    subscribers subscription subscriptions substance substitute suburb success suit suitable summary summer sun
    supplier support supporters surf surgeon surgery surplus survey survivor sushi swap sweater sweet swim swimming
    syllabus symbol symphony synagogue system table tailor tailor-made tank tape target task taste tattoo tax taxi
    tea teacher team tech technical technician technology teenager telephone television temple temporary ten tenant
    tennis tent term terms terrace test text textile theater theatre theft theme then theory therapist therapy
    thesis thing thought thread three ticket tickets tile timber time timetable tiny tip tire tissue title to toast
    toddler toilet token tomorrow tone tool tools tooth top topic total touch tough tour tourism tourist town toy
    toys track trade trader tradespeople tradition traditional traffic trail trailer train trainee trainer training
    tram transaction transactional transcript transfer translation translator transport transportation trap trash
    travel traveller treasure treatment tree trial triathlon tribe trip truck trust trustee truth tuition tune turn
    tutor tutorial tutoring tv twice twin two two-factor two-person type tyre ukulele umbrella unchecked unconfirmed
    under underground uniform unique unit united university unpaid unsubscription unticked unused up upcoming urban
    urgent usage useful user users usually utility vacation vaccination vaccine valid valley valuable value van
    varies variety various vegan vegetable vegetarian vehicle vendor venue verification verified vet veterinary
    victim video view village vineyard vintage vinyl virtual vision visitor visual vital vocational voice volume
    voluntary volunteer volunteers voter voucher voyage wage wait waiting waitlist walk walker walking wall wallet
    ward warehouse warm warning warranty waste watch watchmaker water wave weak wear weather web web-based webinar
    website wedding week weekday weekend weekly weight welcome welfare well west wet wheel wheelchair white whole
    wholesale wholesaler wide wife wild wildlife window wine winery winner winter wire wise woman wonderful wood
    wooden woodworking wool word worker workflow working workshop workshops world worth wound wrist writer written
    yacht yard yarn year yearbook yearly yellow yoga young younger youth zone zoo"""
)
"""Words that lose their capital when they no longer open a sentence."""
