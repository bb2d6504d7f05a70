"""Note style as written English: "dont", "w/", "2x a year", "mon-fri", "britain" as a careful person spells them.

Only spelling and capitals change; what is said stays. Web addresses and quoted words stay exactly as typed.
"""

import re

from drafts.woven.text.bag import bag

_KEPT = re.compile(
    r"https?://\S+|(?<!\S)[^\s@]{1,64}@\S+|(?<![\w.@-])[\w-]{1,63}(?:\.[\w-]{1,63})*\.[a-z]{2,}(?:/\S*)?(?![\w.])|\"[^\"]*\"|“[^”]*”"
    r"|(?<!\w)['‘][^'’]{3,}['’](?!\w)"
)
"""Addresses and quotations: not touched."""
_CONTRACTIONS = {
    "dont": "don't", "doesnt": "doesn't", "didnt": "didn't", "cant": "can't", "wont": "won't", "isnt": "isn't",
    "arent": "aren't", "wasnt": "wasn't", "havent": "haven't", "hasnt": "hasn't", "couldnt": "couldn't",
    "wouldnt": "wouldn't", "shouldnt": "shouldn't", "theyre": "they're", "theyve": "they've", "weve": "we've",
    "youre": "you're", "thats": "that's", "theres": "there's", "im": "I'm", "ive": "I've", "i": "I",
    "i'm": "I'm", "i've": "I've", "i'll": "I'll", "i'd": "I'd", "i’m": "I’m", "i’ve": "I’ve", "i’ll": "I’ll",
}  # fmt: skip
_SHORT = {
    "approx": "approximately", "msgs": "messages", "msg": "message", "appts": "appointments", "appt": "appointment",
    "unsub": "unsubscribe", "unsubs": "unsubscribes", "ppl": "people", "acct": "account", "accts": "accounts",
    "pw": "password", "pws": "passwords", "hrs": "hours", "mins": "minutes", "wks": "weeks", "yrs": "years",
    "mos": "months", "addr": "address", "asap": "as soon as possible", "bday": "birthday",
    "thru": "through", "wo": "without", "incl": "including", "esp": "especially", "biz": "business",
    "avg": "on average",
}  # fmt: skip
_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday",
    "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
_MONTHS = {
    "jan": "January", "feb": "February", "mar": "March", "apr": "April", "jun": "June", "jul": "July",
    "aug": "August", "sep": "September", "sept": "September", "oct": "October", "nov": "November", "dec": "December",
}  # fmt: skip
PROPER = bag(
    """monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays
    sundays january february april june july august september october november december christmas easter hanukkah
    ramadan halloween thanksgiving britain england scotland wales ireland europe america canada mexico brazil
    argentina chile colombia peru france germany austria switzerland spain portugal italy greece netherlands belgium
    luxembourg denmark norway sweden finland iceland poland czechia slovakia hungary romania bulgaria croatia
    slovenia serbia albania estonia latvia lithuania ukraine russia israel egypt morocco tunisia algeria nigeria
    ghana kenya uganda tanzania ethiopia india pakistan bangladesh nepal japan korea taiwan thailand vietnam
    malaysia singapore indonesia philippines australia asia africa scandinavia london paris berlin madrid rome
    vienna amsterdam dublin york british english scottish welsh irish european american canadian mexican brazilian
    french german austrian spanish portuguese italian greek dutch belgian danish norwegian swedish finnish icelandic
    czech hungarian romanian croatian ukrainian russian turkish indian japanese korean chinese thai vietnamese
    australian african asian nordic hindu muslim sikh jewish islamic buddhist catholic christian anglican protestant
    methodist baptist lutheran quaker latin celtic slack stripe google facebook instagram linkedin paypal shopify
    wordpress mailchimp amazon lambda postgres excel"""
)
_MIXED = {
    "ses": "SES", "sns": "SNS", "sqs": "SQS", "aws": "AWS", "gdpr": "GDPR", "api": "API", "url": "URL", "pdf": "PDF",
    "sms": "SMS", "uk": "UK", "usa": "USA", "eu": "EU", "ip": "IP", "cms": "CMS", "crm": "CRM", "rss": "RSS",
    "vip": "VIP", "faq": "FAQ", "saas": "SaaS", "b2b": "B2B", "ngo": "NGO", "nz": "NZ", "linkedin": "LinkedIn",
    "paypal": "PayPal", "wordpress": "WordPress", "captcha": "CAPTCHA", "ui": "UI", "otp": "OTP", "2fa": "2FA",
    "github": "GitHub",
}  # fmt: skip
_WORD = re.compile(
    r"(?<![\w./@&'’-])[A-Za-z0-9][\w'’]*(?![\w@]|\.[a-z0-9]|/\w|-(?!free|based|wide|style|only|speaking))"
)
_MONTH = re.compile(
    r"\b(march|may|mar|sep|sept|jan|feb|apr|jun|jul|aug|oct|nov|dec)\b\.?(?=\s+(?:\d{4}|\d{1,2}\b))", re.IGNORECASE
)
_DAY_MONTH = re.compile(
    r"\b(\d{1,2}) (jan|feb|mar|march|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|june|july|april|august)\b\.?",
    re.IGNORECASE,
)
_MONTH_NAME = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_MONTH_SPAN = re.compile(rf"(?<![\w-])(?P<a>{_MONTH_NAME})\.?\s*(?:-|–|to)\s*(?P<b>{_MONTH_NAME})\b\.?", re.IGNORECASE)
_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_DAY_SPAN = re.compile(rf"(?<!\w)(?P<a>{_DAY})(?:day)?s?\s*(?:-|–|to)\s*(?P<b>{_DAY})(?:day)?s?\b\.?", re.IGNORECASE)
_DAY_ALONE = re.compile(rf"(?<!\w)(?P<lead>every|each|on|and|&|the)\s+(?P<day>{_DAY})\b\.?(?!\w|-)", re.IGNORECASE)
_TIMES = {"1": "once", "2": "twice", "one": "once", "two": "twice"}


def written(text: str) -> str:
    """The text with its spelling made whole, line by line as it was."""
    parts, at = [], 0
    for kept in _KEPT.finditer(text):
        parts += [_mended(text[at : kept.start()]), kept[0]]
        at = kept.end()
    return "".join([*parts, _mended(text[at:])])


def _mended(text: str) -> str:
    text = re.sub(r"(?<!\w)[wW]/o\s*", "without ", text)
    text = re.sub(r"(?<!\w)[wW]/\s*(?=\w)", "with ", text)
    text = re.sub(r"(?<=[a-z)])\s*&\s*(?=[a-z])", " and ", text)
    text = re.sub(r"(?<=[a-z]) \+ (?=[a-z])", " and ", text)
    text = re.sub(r"(?<=[\w)]) -{1,2} (?=[a-z])", " – ", text)
    text = re.sub(r"(?<!\w)[~≈]\s*(?=\d)", "about ", text)
    text = re.sub(r"(?<![\d.,])(\d+)\s*(?:hrs?|h)\b(?!\w)", _hours, text)
    text = re.sub(r"(?<![\d.,])(\d+)\s?d\b", lambda m: f"{m[1]} days" if m[1] != "1" else "1 day", text)
    text = re.sub(r"(?<![\d.,])(\d+)\s?mins?\b\.?", lambda m: f"{m[1]} minutes" if m[1] != "1" else "1 minute", text)
    text = re.sub(r"\b(?:ca|circa)\b\.? ?(?=\d)", "about ", text)
    text = re.sub(r"\bevery (?:~|about |around )(?=\d)", "about every ", text)
    text = re.sub(r"(?<![\w.,-])(\d{1,3}(?:\.\d)?)k\b(?! (?:run|race))", lambda m: f"{float(m[1]) * 1000:,.0f}", text)
    text = re.sub(
        r"\b([oO])pted in (?=(?:users|members|subscribers|customers|people|contacts|riders|readers)\b)",
        r"\1pted-in ",
        text,
    )
    text = re.sub(r"\b([aA])uto (?=\w+ed\b)", r"\1utomatically ", text)
    text = re.sub(r"(?<![\d.,])([12]|one|two)\s*(?:x|×|times?)\s*(?:/\s*|(?=(?:a|an|per|every|each)\b))", _times, text)
    text = re.sub(r"\b[dD]ouble[- ](?:opt[- ]?in|optin)\b", lambda m: f"{m[0][0]}ouble opt-in", text)
    text = re.sub(r"\b([sS]ingle|[oO]ne-?click) (?:opt in|optin)\b", r"\1 opt-in", text)
    text = re.sub(
        r"\b([sS])ign[- ]?up (?=(?:forms?|pages?|sheets?|links?|boxe?s?|button|list|mail|email|flow)\b)",
        r"\1ign-up ",
        text,
    )
    text = re.sub(
        r"\b([oO])pt[- ]?(in|out) (?=(?:forms?|pages?|links?|boxe?s?|button|list|mail|email)\b)", r"\1pt-\2 ", text
    )
    text = re.sub(r"\b([oO])ne click (?=links?|unsubscribe|headers?|buttons?|opt-?out)", r"\1ne-click ", text)
    text = re.sub(r"(?<!\w)[mM]e and (my \w+|[A-Z]\w+)(?= [a-z])", r"\1 and I", text)
    text = _MONTH_SPAN.sub(lambda m: f"{_month_of(m['a'])} to {_month_of(m['b'])}", text)
    text = re.sub(r"(?<=day) (?=\d{1,2}:\d\d\b)", " at ", text)
    text = _DAY_SPAN.sub(lambda m: f"{_DAYS[m['a'].lower()]} to {_DAYS[m['b'].lower()]}", text)
    text = _DAY_ALONE.sub(lambda m: f"{m['lead']} {_DAYS[m['day'].lower()]}", text)
    text = re.sub(rf"^\s*({_DAY})s?\b\.?(?=,? (?:about )?\d)", lambda m: _DAYS[m[1].lower()], text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-z]) pm\b\.?", " a month", text)
    text = _DAY_MONTH.sub(lambda m: f"{m[1]} {_MONTHS.get(m[2].lower(), m[2].capitalize())}", text)
    text = _MONTH.sub(lambda m: _MONTHS.get(m[1].lower(), m[1].capitalize()), text)
    text = re.sub(r"\bblack friday\b", "Black Friday", re.sub(r"\bnew year('s)?\b", r"New Year\1", text))
    text = re.sub(r"\b(approx)\.", r"\1", text, flags=re.IGNORECASE)
    return _WORD.sub(_word, text)


def _month_of(short: str) -> str:
    return _MONTHS.get(short.lower(), short.capitalize())


def _word(match: re.Match[str]) -> str:
    typed = match[0]
    low = typed.lower()
    for table in (_CONTRACTIONS, _SHORT):
        if low in table and not (typed.isupper() and len(typed) > 1):
            full = table[low]
            return full[0].upper() + full[1:] if typed[0].isupper() else full
    if low in _MIXED and (typed == low or typed == low.capitalize()):
        return _MIXED[low]
    bare = re.sub(r"['’]s$", "", low)
    return typed.capitalize() if typed == low and bare in PROPER else typed


def _hours(match: re.Match[str]) -> str:
    return f"{match[1]} hour" if match[1] == "1" else f"{match[1]} hours"


def _times(match: re.Match[str]) -> str:
    how = _TIMES[match[1].lower()]
    return f"{how} a " if "/" in match[0] else f"{how} "
