"""Words so common that they lose their capital when they no longer open a sentence."""

from drafts.woven.text.bag import bag

COMMON = bag(
    """
e-mail e-mails
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
