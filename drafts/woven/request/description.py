"""The description: paragraphs in the order in which a reviewer asks the questions."""

from drafts.woven.request.consent import joining
from drafts.woven.request.leaving import leaving
from drafts.woven.request.opening import opening, overview_ends_opening
from drafts.woven.request.plain import plain
from drafts.woven.request.streams import sentences
from drafts.woven.request.told import Told, told
from drafts.woven.request.trouble import trouble
from drafts.woven.request.voice import Voice, voice_of
from drafts.woven.request.volume import volume
from drafts.woven.text.tidy import clean, flat, with_period
from drafts.woven.text.tongue import Tongue
from model import Answers

Paragraph = list[str]
"""The sentences of one paragraph, each closed."""


def paragraphs(answers: Answers) -> list[Paragraph]:
    """Everything that was answered, and nothing else, as paragraphs of sentences."""
    voice = voice_of(answers)
    body = _woven(answers, voice) if voice.tongue is Tongue.ENGLISH else plain(answers, voice.tongue)
    ending = [_sample(answers.sample, voice), _closing(answers, voice)]
    return [*body, *(p for p in ending if p)]


def _woven(answers: Answers, voice: Voice) -> list[Paragraph]:
    """The description of English answers, woven into one text."""
    streams = tuple(
        told(s, voice) for s in answers.streams if any((s.what, s.trigger, s.recipients, s.rhythm, s.number))
    )
    first = opening(answers, streams, voice)
    flows = len(streams) == 1 and overview_ends_opening(answers, voice)
    mail = _streams(streams, voice, flows)
    if flows and mail:
        first, mail = [*first, *mail[0]], []
    found = [
        first,
        *mail,
        *_merged(
            joining(answers.opt_in, answers.unconfirmed, voice),
            leaving(answers.leaving, voice),
            trouble(answers.bounces, answers.complaints, voice),
        ),
        volume(answers.monthly, answers.basis, answers.busiest, len(streams) > 1, voice),
    ]
    return [p for p in found if p]


def _streams(streams: tuple[Told, ...], voice: Voice, flows: bool) -> list[Paragraph]:
    """A paragraph for all kinds of mail, or one for each where they take much telling. `flows`: the overview stands
    right before, so that the only kind is "they"."""
    overview = 1 < len(streams) < 4
    each = [sentences(s, at, voice, alone=flows, overview=overview) for at, s in enumerate(streams)]
    if sum(len(" ".join(p).split()) for p in each) <= 90 and len(each) < 4:
        return [[s for p in each for s in p]]
    return each


def _merged(*parts: Paragraph) -> list[Paragraph]:
    """Neighbouring paragraphs of a sentence or two put together."""
    merged: list[Paragraph] = []
    for part in filter(None, parts):
        if merged and len(" ".join([*merged[-1], *part]).split()) <= 45:
            merged[-1] = [*merged[-1], *part]
        else:
            merged.append(part)
    return merged


def _sample(sample: str, voice: Voice) -> Paragraph:
    text = clean(sample)
    if not text:
        return []
    japanese = voice.tongue is Tongue.JAPANESE
    if "\n" in text or len(text) > 240:
        lead = "送信するメールの例は次のとおりです。" if japanese else "This is an example of what is sent:"
        return [f"{lead}\n\n{text}"]
    if japanese:
        return [f"送信するメールの例：「{text}」"]
    return [f"An example of a message: {with_period(text) if set(text) & set('“”') else f'“{flat(text)}”'}"]


def _closing(answers: Answers, voice: Voice) -> Paragraph:
    """The website and the sending domain, where they were given."""
    site, domain = flat(answers.website), flat(answers.domain)
    if voice.tongue is Tongue.JAPANESE:
        return [f"ウェブサイトは {site} です。"] * bool(site) + [f"送信元のドメインは {domain} です。"] * bool(domain)
    ours = f"{voice.our.capitalize()} website is {site}"
    if site and domain:
        return [f"{ours}, and the mail comes from {domain}."]
    return [f"{ours}."] if site else [f"The mail comes from {domain}."] if domain else []


def joined(paragraph: Paragraph) -> str:
    """The sentences of a paragraph as one text; Japanese and Chinese take no blank between them."""
    text = ""
    for sentence in paragraph:
        text += sentence if not text or text[-1] in "。！？" else f" {sentence}"
    return text
