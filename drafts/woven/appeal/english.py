"""The fixed sentences of an appeal in English, for a team and for one person."""

from drafts.woven.appeal.signs import Topic
from drafts.woven.appeal.words import Heads, Words
from drafts.woven.request.voice import Voice
from model import Concern

_HEADS = Heads(
    concern="Your concern",
    questions="Your questions",
    decision="Your decision",
    opt_in="How people opt in",
    opt_in_and_lists="How people opt in, and how the list is kept",
    confirmation="The confirmation mail that people get when they opt in",
    verification="The mail by which people confirm their address",
    example="An example of the mail that people get",
    links="Privacy policy and unsubscribing",
)


def english(voice: Voice) -> Words:
    """The frames with the pronouns of the answers."""
    we, our = voice.we, voice.our
    cap_we, cap_our = we[0].upper() + we[1:], our.capitalize()
    return Words(
        hello="Hello,",
        thanks=f"Thank you for reviewing {our} request for production access.",
        thanks_in=f"Thank you for reviewing {our} request for production access in {{}}.",
        closing=f"If anything is still open, please write in this case and {we} will answer here.",
        second_closing=f"If the decision stands, please say which point it rests on, so that {we} can work on it.",
        heads=_HEADS,
        you_wrote="You wrote: {}",
        declined=f"You decided against {our} request and wrote: {{}}",
        you_asked="You asked {}.",
        more_asked=f"You asked for more information about how {we} use Amazon SES.",
        asked={
            Topic.USE_CASE: f"what {we} send and to whom",
            Topic.FREQUENCY: f"how often {we} send",
            Topic.VOLUME: f"how much {we} send",
            Topic.LISTS: f"how {we} maintain {our} recipient lists",
            Topic.OPT_IN: f"how people come to get {our} mail",
            Topic.REMEDY: f"what {we} have done about it",
        },
        handling=f"how {we} handle {{}}",
        handled={
            Topic.BOUNCES: "bounces",
            Topic.COMPLAINTS: "complaints",
            Topic.UNSUBSCRIBES: "unsubscribe requests",
        },
        wanted={
            Topic.SAMPLE: f"for an example of {our} mail",
            Topic.WEBSITE: f"about {our} website",
            Topic.DOMAIN: f"about {our} domain",
            Topic.PRIVACY: f"for {our} privacy policy",
        },
        labels={
            Topic.FREQUENCY: f"How often {we} send",
            Topic.VOLUME: f"How much {we} send",
            Topic.LISTS: f"How {we} maintain {our} lists",
            Topic.OPT_IN: "How people opt in",
            Topic.BOUNCES: "On bounces",
            Topic.COMPLAINTS: "On complaints",
            Topic.UNSUBSCRIBES: "On unsubscribing",
        },
        unconfirmed="Addresses that are not confirmed",
        both_events="On bounces and on complaints",
        concerns={
            Concern.NO_DETAILS: f"{cap_we} understand that you have to protect every sender on the service.",
            Concern.LIST_SOURCE: f"{cap_we} understand that you have to know where every address comes from.",
            Concern.WEBSITE: f"{cap_we} understand that you have to see on the website what {we} do.",
            Concern.VOLUME: f"{cap_we} understand that you need to see where the volume comes from.",
            Concern.BOUNCES: f"{cap_we} understand that bounces harm every sender on the service.",
            Concern.COMPLAINTS: f"{cap_we} understand that complaints harm every sender on the service.",
            Concern.OTHER: f"{cap_we} understand that this has to be clear before you decide.",
            Concern.UNCLEAR: f"{cap_we} have read your message and would like to tell you more about {our} mail.",
        },
        negative_impact=f"You determined that {our} use of Amazon SES could have a negative impact on your service.",
        undetailed=f"You decided against {our} request and did not name a reason.",
        no_reason=f"You determined that {our} use of Amazon SES could have a negative impact on your service, and you"
        " cannot give details.",
        deliverability=f"You believe that {our} use case would affect the deliverability of your service and {our}"
        " reputation as a sender.",
        facts_follow=f"These are the facts about {our} mail.",
        point_two="Point 2 says it in full.",
        second=f"{cap_we} ask for a secondary review of the decision in this case.",
        still=f"You have read {our} answer and keep to your decision.",
        new_since=f"What follows is new since {our} last message.",
        slower=f"{cap_we} offer to start slower: at most {{}} messages a day in the first two weeks, and more only"
        " while bounces and complaints stay low.",
        slower_half=f"{cap_we} offer to start slower: at most {{}} messages a day in the first two weeks, half of"
        f" {our} busiest day, and more only while bounces and complaints stay low.",
        slower_quota=f"{cap_we} offer to start slower: a quota of {{}} messages a day covers {our} busiest day, and"
        f" {we} would ask for more only while bounces and complaints stay low.",
        changed="What has changed since: {}.",
        privacy=f"{cap_our} privacy policy is {{}}.",
        unsubscribe_at="People unsubscribe at {}.",
        both_at=f"{cap_our} privacy policy is at {{}}, and people unsubscribe at {{}}.",
        website=f"{cap_our} website is {{}}.",
        domain="The mail comes from {}.",
        also_sent=f"And this is an example of what {we} send:",
        said_before={
            "concern": f"{cap_our} earlier message describes {our} business and {our} mail.",
            "opt_in": f"This stands in {our} earlier message.",
            "sample": f"The mail stands in {our} earlier message.",
            "links": f"The links stand in {our} earlier message.",
        },
    )  # fmt: skip
