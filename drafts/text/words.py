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
    "meet": "met", "pay": "paid", "put": "put", "quit": "quit", "read": "read", "resell": "resold", "resend":
    "resent",
    "run": "ran run", "see": "saw seen", "sell": "sold", "send": "sent", "set": "set", "sew": "sewed sewn",
    "reset": "reset",
    "show": "showed shown", "sit": "sat", "speak": "spoke spoken", "spend": "spent", "stand": "stood",
    "stick": "stuck", "take": "took taken", "teach": "taught", "tell": "told", "understand": "understood",
    "weave": "wove woven", "win": "won", "withdraw": "withdrew withdrawn", "write": "wrote written",
    "breed": "bred", "bind": "bound", "opt": "opted", "submit": "submitted",
}  # fmt: skip
_DOUBLED = bag(
    """flag tag scan map tip chip clip swap zip snap step shop shred slip strip spot rub admit commit permit omit
    equip
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
    upcycle update upgrade upload use view visit volunteer vote wait want wash watch welcome weld win wish work
    wrap"""
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
    """
abandoned ability about absence absent abuse academy access accident accommodation account accountancy acoustic
active activity adaptive additional admin adoption adult advance advanced adventure advice aerial aerospace
affordable afternoon age agency agenda agendas agile agriculture aid air aircraft airport alarm album alcoholic
alert all allergy allotment almond almost alpine also alumni always ambient ambulance amount analysis ancient
and angler animal animation anniversary announcement annual anonymous answer antenna antique anyone apartment
apiary app application appointment apprentice approximately aquarium aquatic archaeology archery architectural
around arrangement arrival article artisan artisanal artist artistic arts assessment asset assignment assistance
assisted association astronomy at athlete athletics atlantic attachment attendance attendee attention attraction
attractions auction aunt authentic authentication author authority automated automatic automatically automation
autonomous autumn availability aviation award b2b baby babysitting back backup bag baker bakery balance ball
ballet balloon baltic band bank banner bar barbecue barber base basic basket bass batch bath bathroom battery
beach bean beauty bed bedding bee beehive beekeeping beer beginner behaviour benefit bespoke best between
beverage bi-monthly bicycle big big-city bike bilingual bill billing biodynamic biological biology bird birth
birthday bistro biweekly blacksmith blanket blended blog blueprint board board-game boardgame boarding boat
bones booking bookkeeper bookshelf bookshop boot border botanical botany both bottle bouquet bouquets boutique
bowl box boxing boy bracelet brand brand-new bread break breakfast breeder brewery bridge brief broad brochure
brochures broker brokerage brother budget bug builder building bulk bulletin bundle bureau burger bus busy but
butcher butter button buyer cabin cabinet cable cactus cafe café cake calendar calm camera camp campaign camper
camping campsite campus campus-wide canal cancellation cancelled cancer candidate candidates candle canoe
canteen canyon capital car caravan carbon card cardboard cardio carer caribbean caring carnival carpenter
carpentry carpet cart cartoon case cash castle cat catalog catalogue catch-up caterer catering cattle celebrity
cell cellar cello cement center central centre ceramic ceramics cereal certificate certified chain chair chamber
champion chance changes channel chapter charging charitable charity charter chat cheap checkbox checkout cheese
chef chemical chemist chess chic chicken child childcare childminder children chiropractor chocolate choice
choir christian church cider cinema circular citizen citrus city civil claim claims class classic classroom clay
clean cleaner clerk clever client climate clinic clock closed closure cloth clothes cloud club co-working coast
coastal coaster coat cocktail code coeducational coffee coin cold collaborative colleague collection collective
college colour comedy comfortable comic comics comment commerce commercial committee common communication
communications community commuter compact company comparison competition competitive complaint complete complex
component composer compost compostable computer concert condition condo confectionery conference confirmation
confirmations congregation connected connection conscious consent construction consulate consultancy
consultation consumer contemporary continuing contract contributor controller convention conventional
conversation conversion cookbook cooker cookery cookie cookies cooperative copy coral core corner corporate
correction cosmetic cosmetics costume costumes cosy cottage cotton council counselling counsellor country county
couple coupon courier course court cousin couture cover coworking cozy crafts craftsman creative creche
credential credit crisis critical crop cross crowd crowdfunded cruise cuisine cultural culture cup cupcake
curated curator currency current curriculum curtain cushion custom customer customers customisable customizable
cut cute cycle cyclist daily dairy dance dancer dark dashboard data date dating daughter day dead deadline deaf
dealer death debt debtor decentralised decoration dedicated deep default degree deli delicatessen delivery
deluxe demand demo democratic denim densely dental dentist deodorant department departure depending deposit
depot dermatology description desk dessert detail details device diabetes diary diet dietitian difference digest
digital dinner diploma direct director disability disc discount discussion disease dispatch dispute distance
diver diverse diving doctor doctors document dog dog-walking dojo doll domain domestic donation donor donors
door dorm dormant double double-opt-in draft drainage drama drawing dress drink drive driver drone drop drug
drum drums dry due dumpling duty dynamic e-bike e-book e-learning ear early earring earrings east ebook echo
eclectic eco-friendly ecological ecology economic edge edible edition editor editorial education educational
effect efficient egg eggs elderly election electric electrical electrician electricity electronic electronics
elegant elementary eligible elite emails embedded embroidery emergency emerging employee employee-owned enamel
encyclopedia end energetic energy engagement engine english enquiries enquiry enrolled enrollment enrolment
enterprise entrance entry envelope environment environmental equal equipment ergonomic error escape espresso
essay essential estate ethical evaluation evening event events everybody everyday everyone everything evidence
evidence-based exact exam example exams exchange exclusive excursion exercise exhibition exhibitor existing
exotic expedition experience experienced experiment experimental expert expired expiring expiry explicit export
exposure extended external eye eyelash eyewear fabric fabrics face facility factory failed fair fair-trade
fairtrade faith-based falconry fall false family family-owned family-run famous fan fantasy fare farm
farm-to-table fashion fast fat father fault favourite fee fees female fence fencing fertiliser festival fibre
fiction field figure figurines file film final finance financial finished fire fireplace firewood firm firmware
fish fisher fishing fitness flag flash flashcard flat flea fleece flexible flight floor floral florist flour
flower fluent flute foal folder folk follow-up food foot football footer footwear foraging forecast foreign
forest forgotten fork formal former fortnight fortnightly forum forward fossil found foundation founder
founder-led fountain four four-person frame franchise free free-range freelance freight frequent fresh fridge
friend frozen frozen-food fruit fuel full functional fundraiser fur furnace furniture future futuristic gallery
game gaming garage garden gardener garlic garment gas gastropub gate genealogy general gentle genuine geographic
geology gift gin ginger girl glamping glass glasses glassware glider glove gluten-free goal goat gold goldsmith
golf good goods gourmet government-funded gown grade graduate grain grains grammar grand granite grant grape
graphic grass grassroots great green greenhouse grid groceries grocery grooming ground group grower growing
guard guardian guest guesthouse guidance guide guitar gun gym gymnastics hair hairdresser halal half half-term
hall hammock hand hand-made handbag handball handcrafted handicraft handling handmade handwoven happy harbour
hard hardware hardwood harness harp harvest hat haulage head health healthcare healthy hearing heart heat heated
heating heavy hedge helicopter helpful herb herbal heritage high high-end hiker hiking hill historian historic
historical history hobby hockey holiday holistic home home-based homeless homemade homeowner homestay homework
honey hope horse hosiery hospice hospital hospitality host hosted hostel hot hotel hour hourly house houseboat
household houseplant housing human human-centred humanitarian hunt hunting hybrid hydroponic hydropower hygiene
ice identification identity illness illustration image immediate immigrant impact import important imported
inbox incident inclusive income incubator independent individual indoor industrial infant influence informal
informational infrastructure initial ink inn inner-city innovative inquiry insect inspection inspiring instant
institute instruction instructor instrument insulation insurance intake integrated intelligent intensive
interactive intercultural interdisciplinary interest interfaith interior intermediate internal international
internet internship interpreter interview introductory inventory invitation invite-only invited iron ironwork
irrigation island item ivory jacket jam jazz jewel jeweller jewellery jigsaw job joint journal journalism judge
juggling juice junior karate kayak kennel kettlebell key keyboard kid kid-friendly kids kiln kind kindergarten
kiosk kit kitchen kite knife knitwear kosher lab label laboratory labour lace lady lake lakeside lamb lamp
landlord landlords landscape language lantern laptop large larger late laundry lavender law lawyer layout leader
leaf leaflet league least leather leave leaver leavers lecture left legal leisure lemon lens lesson letter
letters level librarian library licence license licensed lifecycle lifelong light lighthouse lightly lightweight
limited line linen lingerie lingual link liqueur liquid liquorice list literacy literary literature litter live
livestock loan loans local locally-sourced lodge lodging log login logistics long long- loom loss lost lot love
low low-cost low-waste loyal loyalty lunch luthier luxury machine machinery magazine magic magician magnetic
mail mailbox mailing main mainstream maintenance major maker male man management manager mandatory mandolin
manor manual map maple marathon marina marine marine-biology maritime market marketing marketplace marmalade
martial masonry massage master match material maths matter mattress max maximum meadow meal measure meat
mechanic mechanical media medical medication medicine medieval meditation mediterranean medium meeting melon
member members membership memoir memorial memory mending mental mentor mentoring menu merchant message metal
metalwork method metre metropolitan micro micro-brewery microbrewery mid mid-sized middle midwife midwifery
migrant mild milk mill min mind mineral mini miniature minibus minimal minimalist minimum minor minute minutes
mirror missed mission mixed mobile mobile-first mobility model modern modular moment money month monthly
monthly-box mortgage mosaic mosque most mostly motel mother motor motorbike motorcycle mountain mouse movie
moving mozzarella mug multi-tenant multilingual multinational municipal muscle museum mushroom music musical
musician mustard nail name nanny narrow national native natural natural-history nature nautical near nearly neat
needle neighbour neighbourhood net network networking neurology neutral never new news newsletter newsletters
newspaper next niche night nightly no-code nobody noise nomadic non-governmental non-profit none nonprofit
noodle nordic normal north northern not-for-profit note nothing notice notification notifications novel nurse
nursery nursing nut nutrition nutritional nutritionist oak oats observatory occasional occupational ocean
oculist offer office officer official offline offshore oil okay old oldest olive onboarding once one-click
one-man one-off one-person one-time one-to-one onion online online-only only onsite open open-source opener
opening opera operation operator optical optician optional or oral orange orchard orchestra orchid ordinary
organ organic organically organisation organization origami original ornament ornamental orphanage orthodontist
orthopaedic orthopedic osteopath outage outdoor outdoor-gear outdoors outlet oven over overdue overnight
overseas owner oyster package packaging paddle paediatric page paid paint painter pair palm pancake panel pantry
paper parachute parcel parent parent-run parenting parents parish parish-run park parking parliament parquet
parrot part participant particular partner party passenger passport password passwordless past pasta pastoral
pastry patch patent path patient patients pattern pavilion pay payer payment payout payroll payslip payslips
peaceful pearl pedal pediatric pedicure peer peer-to-peer pen pencil pension people pepper per perfume period
permanent permission permit person personal personalised personalized personnel perspective pest pet
pet-friendly petrol pharmacy phase philosophy photo photo-book photographer photographs photography phrasebook
physical physics physio physiotherapist physiotherapy piano pickle picnic picture pie piece pier pilates pilgrim
pillow pilot pioneering pizza pizzeria plain planner planning plant plant-based plaster plastic platform
platforms player playful playground playgroup playhouse plumber plus pocket podcast poem poet poetry point poker
police policy political pond pony pool poor pop popcorn popular porcelain port portable portal portfolio
portrait position post-natal post-purchase postal postcard poster postgraduate potato potter pottery poultry
powder power practical practice practitioner pram prayer pre-owned pre-school precious premium prenatal prepaid
preparation preschool prescription present preserve president press pressure prevention preventive previous
price primary primary-school print print-on-demand printed printer printing printmaking prison privacy private
privately pro probate problem procedure process processing producer product production productive products
profession professional professor profile profit program programme progress progressive project promo promotion
promotional promotions proof property proposal prospectus protein psychiatry psychological psychology pub public
publication publisher publishing pump pupil puppet puppy purchase pure purse puzzle quality quarry quarterly
question queue quick quiet quilt quiz quote rabbit racing rack radical radio rafting rail railway rain ramen
ranch rapid rare rate raw reader readers reading ready real real-estate realistic realty rear reason recall
recap receipt receipts recent reception recipe recipient recital recommendation recorded recording recovery
recreational recruiter recruitment recurring recycled red redesigned reduced reef referee reference referral
refillable reflection refugee refugees refund refurbished regatta regenerative regional registered registrants
registrar registration regular rehab rehabilitation reindeer relation relative relaxed relaxing release relevant
reliable relief religion religious relocation reminder reminders remote removal renewable renewal rentable
rental repair repeat replacement report reporter representative reptile rescue research researcher reservation
resident residential resort resource respite response responsible responsive restaurant result results retail
retailer retired retirement retreat retro return reusable reward rice rich ride rider riding right ring river
road roaster robot robotic rock rock-climbing role roof room root rope rose rough roughly round round-up roundup
roundups route routine row rowing royal rubber rug rugby rule running rural rustic sad saddle safe safety sail
sailing sake salad salary sale sales salmon salon salsa salt same sample sanctuary sand sandwich sanitary
satellite sauce sauna sausage saved savings saxophone scale scan scarf scene scenic scent scheduled scholar
scholarship school science scientific scientist scooter score scout screen script scuba sculptor sculpture sea
seafood search seaside season seasonal seat seaweed second second-hand second-largest secondary secret
secretarial secretary section sector secure security seed self self-employed self-hosted self-paced
self-published self-service seller semester semi-professional seminar senior senior-living sensitive sensor
sensory sentence separate serial series serious server serverless service services session setting several
sewing shade shallow shape shared shawl shed sheep sheepskin sheet shelf shelter shepherd sheriff shift shipment
shipping shipyard shoe shoes shooting shop shoppers short short-term shortlist shot shoulder shower showroom
shuttle sick side sight sign-in sign-up signup silent silk silver similar simple singer single single-origin
singles sister site size skate skateboard skating ski skill skilled skin skincare skydiving sledge sleep slow
small small-batch small-town smart snack snorkel snow snowboard soap soccer sociable social social-media society
sock sofa soft softball software soil solar soldier sole solicitor solid solo solution son song songwriting sort
soul soup south southern spa space spacious spanish-language spare speaker special specialised specialist
specialized specialty speech speed spice spinning spirits spiritual sponsor sport sports spring square squash
stable stackable stadium staff stage stained-glass stall stamp standard star start-up startup startup-up state
statement stationery statistical status steak steel stem step still stock stone storage story stove strategic
strategy strawberry stream street string strong structural structure student students studio stuff subject
subscribed subscriber subscribers subscription subscription-based subscriptions subsidised substance substitute
suburb success sudoku sugar-free suit suitable suitcase summary summer sun sunglasses sunny supermarket supplier
support supporters supportive surf surfboard surgeon surgery surgical surplus survey survivor sushi sustainable
swap sweater sweet sweets swim swimming syllabus symbol symphonic symphony synagogue synth synthetic system
table table-tennis tabletop taco tactical tactile tailor tailor-made tailored talented tank tanning tapas tape
tapestry target tarot task taste tasty tattoo tavern tax taxi tea tea-house teacher team teapot tech technical
technician technology teenager telephone television temple temporary ten tenancy tenant tenant-owned tennis tent
term terms terrace test text textbook textile theater theatre theatrical theft thematic theme then theory
therapeutic therapist therapy thesis thing third-generation thought thread three threshing ticket tickets tidy
tie tile timber time timetable tiny tip tire tissue title to toast toddler tofu toilet token tomato tomorrow
tone tool tools tooth toothbrush top topiary topic torch total touch tough tour tourism tourist town toy
toy-library toys track tractor trade trader tradespeople tradition traditional traffic trail trailer train
trainee trainer training tram trampoline trans-atlantic transaction transactional transcript transfer
translation translator transparent transport transportation trap trash travel traveller treasure treatment tree
treehouse trekking trial triathlon tribe trip trombone tropical truck trumpet trust trustee trustworthy truth
tuition tulip tuna tune turn tutor tutorial tutoring tuxedo tv twice twin two two-day two-factor two-person type
typewriter typography tyre ukulele umbrella unchecked unconfirmed under underground uniform unique unisex unit
united universal university unpaid unsubscription unticked unused unusual up up-to-date upcoming upholstery
upmarket upscale urban urgent urology usage useful user user-friendly users usually utility vacant vacation
vaccination vaccine valet valid valley valuable value van vanilla varies variety various vegan vegan-friendly
vegetable vegetarian vehicle vending vendor venue verification verified vet veteran veterans veterinary vibrant
victim video view village vine vinegar vineyard vintage vinyl viola violin virtual vision visitor visual vital
vivid vocational voice volleyball volume voluntary volunteer volunteer-led volunteer-run volunteers voter
voucher voyage waffle wage wait waiting waitlist walk walker walking wall wallet wallpaper ward wardrobe
warehouse warm warning warranty waste watch watchmaker water waterproof watersports wave wax weak wear wearable
weather weaving web web-based web-design web-only webinar website wedding wedding-planning week weekday weekend
weekly weekly-box weight welcome welfare well well-known wellbeing wellness west western wet whale wheel
wheelchair wheelchair-accessible whiskey whisky white whitepaper whitepapers whoever whole wholesale wholesaler
wholesome wide wife wig wild wildlife windmill window window-cleaning windsurfing wine winery winner winter wire
wise woman women-led women-owned wonderful wood wooden woodland woodworking wool word worker worker-owned
workflow working workshop workshops world world-wide worldwide worship worth wound wrestling wrist writer
written yacht yard yarn year yearbook yearly yellow yoga yoga-studio yoghurt yogurt young younger youth
zero-waste zone zoo zoology
    """
)
"""Words that lose their capital when they no longer open a sentence."""
