"""Verbs with their forms, and which of them are nouns as well.

The lists hold what people write about a business and its mail. A word that is missing costs elegance, never truth:
the text it stands in is then left as typed.
"""

from drafts.woven.text.bag import bag

_REGULAR = """
accept access accompany accredit accumulate acquire act adapt add adjust administer admire admit adopt advertise
advise advocate afford aggregate agree aim alert allow alter amend analyse analyze animate announce anonymise
anonymize answer appear apply appoint approach approve arbitrate archive arrange arrive ask assemble assess
assign assist attach attack attend attract auction audit authenticate authorise authorize automate avoid await
bake balance ban batch beat become begin believe bid bin bind blacklist blend block board book bookkeep borrow
bottle bounce breed brew bring broadcast browse build buy calculate calibrate call campaign cancel capture care
carry carve cast cater cause celebrate certify challenge change charge chase chat check choose cite claim
classify clean clear click climb close coach coat code collect combine come commemorate commission commit
communicate compare compete compile complain complete comply compose conceal conclude conduct configure confirm
confuse congratulate connect consider consist consolidate construct consult consume contact contain continue
contribute convert convince cook coordinate copywrite correct cost counsel count courier cover craft crash
create crochet crop cross crowdfund cultivate curate customise customize cycle dance deactivate deal debug
decide declare decline decorate decrease dedicate deduct defend define delete deliver demolish demonstrate deny
depend deploy deposit derive describe deserve design detect determine develop diagnose differ digest digitise
digitize disable discard disclose discover discuss dismantle dispatch dispense dispose dispute distil
distinguish distribute divide do donate double downgrade download draft drain draw dress drink drive drop dub
dye earn eat edit educate elect eliminate email embed embroider emerge emphasise employ enable encourage encrypt
end enforce engage engrave enhance enjoy enlarge enrich enrol enroll ensure enter entertain equip erase escalate
escape escort establish estimate etch evaluate evolve examine excavate exceed exchange excite exclude execute
exhibit exist expand expect experience expire explain explore export expose express extend face facilitate fade
fail fall farm feature feed ferment fetch file fill film filter finance find finish fit fix flag flood flow
focus follow forage forbid forge forget form format formulate forward foster frame freeze fulfil fulfill
function fund gain gather generate get give go grade grant graze greet grind groom grow guarantee guard guide
halve hand handle happen harvest haul have heal hear help hesitate hide highlight hike hire hit hold honor
honour host house hunt identify ignore illustrate import impose improve include increase indicate inform inherit
initiate inquire insert inspect inspire install instruct insure integrate interact interest interpret interrupt
interview introduce invent invest investigate invite invoice involve irrigate isolate issue join junk keep knit
know label lack laminate land lapse laser-cut launch lead learn lease leave lecture lend let licence license
lift like limit link list live livestream load lobby lock log look lose love mail maintain make manage
manipulate manufacture map mark market master match matter mean measure mediate meet mend mention mentor merge
message milk mill minimise mirror miss mix moderate modify monitor motivate mould mount move mow multiply mute
name narrate navigate need neglect negotiate neuter nominate notarise notice notify obey object observe obtain
occupy occur offer onboard open operate opt optimise optimize order organise organize originate outline overlook
oversee owe own pack paddle paint pair participate pass patrol pause pay perceive perform permit persist
persuade phone photograph pick pitch place plan plant play pledge plough polish portray pose position possess
post postpone pour practice practise praise pray preach predict prefer prepare prescribe preserve pretend
prevail prevent preview price print probe proceed process produce program progress prohibit project promise
promote prompt proofread propose protect prove provide prune publicise publish pull purchase purge pursue push
put qualify quarantine query question queue quilt quit quote raise rank rate re-add re-enable re-invite re-send
re-subscribe reach react reactivate read readd realise reassign reattempt rebuild recall receive recheck reclaim
recommend reconcile recondition reconnect reconsider record recount recover recruit recycle redact redeem
redirect reduce refer refill refine reflect refresh refurbish refuse register regulate rehabilitate rehearse
reheat rehome rehouse reimburse reinstate reject relate relax release relieve relocate rely remain remember
remind remove rename render renew renovate rent reopen reorder reorganise repaint repair repeat rephrase replace
replay reply report represent reprint request require rescan reschedule rescue research resell resemble resend
reserve reset reside resign resist resolve resort respond restart restock restore restrict resubscribe resume
retain retire retrieve retry return reunite reuse reveal reverse review revise revisit revive revoke reward
reword ride ring rinse roast roof rotate row ruin run sample sanitise satisfy save say scale schedule score
scrap scrape screen scrub seal search seat secure see seek select sell send sense separate serve set settle sew
shape share shear shelter shift ship shoot shorten shout show shower sign signal signify silence simplify
simulate simulcast sing sit sketch ski skip sleep smell smoke solve sort sound source sow span speak specialise
specialize specify spend spin split sponsor spot spread stabilise stable staff stamp stand start state stay
stick stitch stock stop store stream strengthen stress stretch strike strive structure struggle study style
sublet submit subscribe substitute subtitle succeed sue suffer suggest summarise summarize supervise supplement
supply support suppress surf surprise surround survey survive suspect suspend sustain swap swear swim switch
symbolise sync synchronise tackle tag take talk target taste teach tell terminate test text thank throw tick tie
tighten tile toggle toss touch tour trace track trade train transcribe transfer translate transport trash travel
treat trial trigger trust try tune turn tutor type unblock uncheck uncover undergo understand undertake
underwrite unflag unify uninstall unite unlink unlist unlock unpack unpause unsubscribe unsuppress unsuspend
untick upcycle update upgrade upholster upload urge use utilise vaccinate validate varnish vary verify view
visit visualise voice volunteer vote wait wake walk want warn warrant wash watch water wear weave weigh welcome
weld whitelist widen win wipe wire wish withdraw wonder work worry worship wrap write yield
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
    "ring": "rang rung", "hear": "heard", "eat": "ate eaten", "drink": "drank drunk", "sleep": "slept",
    "sing": "sang sung", "lend": "lent", "bid": "bid", "spin": "spun", "ride": "rode ridden",
    "drive": "drove driven", "swim": "swam swum", "say": "said", "beat": "beat beaten", "split": "split",
    "grind": "ground", "cast": "cast", "sublet": "sublet", "sow": "sown sowed", "oversee": "oversaw overseen",
    "rebuild": "rebuilt", "hide": "hid hidden", "forbid": "forbade forbidden", "seek": "sought", "spread": "spread",
    "swear": "swore sworn", "throw": "threw thrown", "undergo": "underwent undergone",
    "undertake": "undertook undertaken", "wake": "woke woken", "wear": "wore worn", "strike": "struck",
    "shear": "sheared shorn", "prove": "proved proven",
}  # fmt: skip

_DOUBLED = bag(
    """admit ban begin bid cancel chat chip clip commit compel control crop cut debug drop dub enrol equip fit flag
    forget format fulfil get hit knit label let log map occur omit opt permit plan prefer program put quit refer
    reset rub run scan scrub set ship shop shred sit skip slip snap spin split spot step stop strip submit swap swim
    tag tip transfer travel trim unflag unplug win wrap zip"""
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
    """access act aim alert alter answer approach archive attack auction audit balance ban batch beat bid bin bind
    blend block board book boost bottle bounce brew broadcast build buy call campaign cancel care cast challenge
    change charge chat check claim click climb close coach coat code commission complain contact cook cost count
    courier cover craft crash crop cross cycle dance deal debug decrease deposit design digest dispatch dispute do
    double download draft drain dress drink drive drop dump dye edit email end escape escort exchange experience
    export face fail fall farm feature feed file fill film filter finance finish fit fix flag flood flow focus forge
    form format forward foster frame freeze function fund gain grade grant groom guarantee guard guide hand harvest
    haul help highlight hike hire hit hold host house hug hunt import increase interest interview invite invoice
    issue jump junk keep kick kiss knock label lack land lapse last launch lead leap lease leave lecture level
    licence license lift like limit link list live load lobby lock log look love mail map mark market master match
    matter mean measure mention mentor message milk mill mix mould mount move mute name notice object offer open
    order outline pack paddle paint pair pass patrol pause pay permit phone photograph pick pitch place plan plant
    play pledge plough polish pose position post practice practise praise press preview price print probe process
    produce program progress project promise prompt prune publish pull purchase purge push quarantine query question
    queue quilt quote raise rank rate reach read recall reclaim record recruit redeem refill release render rent
    reorder repair repeat replay reply report reprint request rescue research reserve reset resort return reverse
    review reward ride ring roast roll roof row ruin run rush sample save scale schedule score scrap screen scrub
    seal search seat select sense separate serve service set sew shape share shelter shift ship shoot show shower
    sign signal silence sit sketch ski sleep smell smoke sneak sort sound source span spend spin splash split
    sponsor spot spread sprint stable staff stamp stand start state stick stitch stock stop store storm stream
    stress stretch strike stroll structure study style substitute supplement supply support surf surge surprise
    survey suspect swap swim switch sync tag talk target taste test text thank throw tick tie tile toggle touch tour
    trace track trade train transfer transport trash travel treat trial trigger trust try tune turn tutor type
    unsubscribe upcycle update upgrade upload urge use view visit voice volunteer vote wait walk want warrant wash
    watch water wear welcome weld win wire wish wonder work worry wrap yield"""
)
"""Bases that are nouns as well, so that they prove a verb only in the right company."""

PAST_ONLY = bag(
    """became began chose did fell forgot froze gave went grew knew saw showed spoke took understood wove withdrew wrote
    ate drank drove rode rang sang swam threw wore"""
)
"""Past forms that are no participle, so that they always stand with a subject."""
