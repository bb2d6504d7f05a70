"""The fixed sentences of an appeal, in English and Japanese."""

from dataclasses import dataclass

from drafts.request.voice import Voice
from drafts.text.tongue import Tongue
from model import Concern


@dataclass(frozen=True, slots=True)
class Words:
    """One language's frames. `heads` open the four points; `{}` in a frame takes a value."""

    greeting: str
    closing: str
    second_closing: str
    heads: tuple[str, str, str, str]
    answers_head: str
    receipt_head: str
    concerns: dict[Concern, str]
    second: str
    slower: str
    slower_unnumbered: str
    changed: str
    privacy: str
    unsubscribe_at: str
    website: str
    said_before: tuple[str, str, str]


def _english(voice: Voice) -> Words:
    we, our = voice.we, voice.our
    cap_we, cap_our = we[0].upper() + we[1:], our.capitalize()
    return Words(
        greeting="Hello,\n\nthank you for looking at this request.",
        closing=f"Please write back in this case if a point is still open; {we} will answer here.",
        second_closing=f"If the decision stands, please say which point it rests on, so that {we} can work on it.",
        heads=(
            "1. Your concern.",
            "2. How people opt in.",
            "3. The mail they get when they sign up:",
            "4. Privacy policy and unsubscribing.",
        ),
        answers_head="1. Your questions.",
        receipt_head="3. An example of the mail they get:",
        concerns={
            Concern.NO_DETAILS: f"{cap_we} understand that you see a risk for other senders and cannot say more."
            f" These are the facts about {our} mail.",
            Concern.QUESTIONS: "You asked for more about this mail; the answers stand under these four points.",
            Concern.LIST_SOURCE: f"{cap_we} understand that it was not clear where {our} addresses come from. Point 2"
            " says it in full.",
            Concern.WEBSITE: f"{cap_we} understand that {our} website did not show you what you needed to see.",
            Concern.VOLUME: f"{cap_we} understand that the volume {we} stated was not clear to you. It is worked out"
            " as follows.",
            Concern.BOUNCES: f"{cap_we} understand your concern about bounces.",
            Concern.COMPLAINTS: f"{cap_we} understand your concern about complaints.",
            Concern.UNCLEAR: f"{cap_we} have read your message and would like to give you the details of {our} mail.",
        },
        second=f"{cap_we} ask for a secondary review of this decision. What follows is new since {our} last message.",
        slower=f"{cap_we} would also start slower: at most {{}} messages a day in the first two weeks, and more only"
        " while bounces and complaints stay low.",
        slower_unnumbered=f"{cap_we} would also start slower, with a part of {our} mail, and send more only while"
        " bounces and complaints stay low.",
        changed="What has changed since: {}.",
        privacy=f"{cap_our} privacy policy is at {{}}.",
        unsubscribe_at="People unsubscribe at {}.",
        website=f"{cap_our} website is {{}}.",
        said_before=(
            f"{cap_our} earlier message says how.",
            f"It stands in {our} earlier message.",
            f"The links stand in {our} earlier message.",
        ),
    )  # fmt: skip


_JAPANESE = Words(
    greeting="お世話になっております。申請をご確認いただきありがとうございます。",
    closing="ご不明な点が残っておりましたら、このケースでお知らせください。よろしくお願いいたします。",
    second_closing="判断が変わらない場合は、どの点が理由かをお知らせください。よろしくお願いいたします。",
    heads=(
        "1. ご懸念の点について",
        "2. オプトインの方法",
        "3. 登録時に届くメール：",
        "4. プライバシーポリシーと配信停止",
    ),
    answers_head="1. ご質問について",
    receipt_head="3. 受信者に届くメールの例：",
    concerns={
        Concern.NO_DETAILS: (
            "他の送信者への影響をご懸念であること、詳細はお知らせいただけないことを理解しております。"
            "送信内容の事実は次のとおりです。"
        ),
        Concern.QUESTIONS: "ご質問には、以下の4点のいずれかでお答えします。",
        Concern.LIST_SOURCE: "アドレスの取得方法についてのご懸念を理解しております。詳しくは2をご覧ください。",
        Concern.WEBSITE: "ウェブサイトについてのご懸念を理解しております。",
        Concern.VOLUME: "送信数についてのご懸念を理解しております。根拠は次のとおりです。",
        Concern.BOUNCES: "バウンスについてのご懸念を理解しております。",
        Concern.COMPLAINTS: "苦情についてのご懸念を理解しております。",
        Concern.UNCLEAR: "ご連絡を拝見しました。送信するメールの詳細をお知らせします。",
    },
    second="この判断について、再審査をお願いいたします。以下は前回のご連絡以降の新しい情報です。",
    slower="また、最初の2週間は1日あたり最大{}通とし、バウンスと苦情が少ないことを確認しながら増やします。",
    slower_unnumbered="また、少ない送信数から始め、バウンスと苦情が少ないことを確認しながら増やします。",
    changed="その後の変更点：{}。",
    privacy="プライバシーポリシーは {} です。",
    unsubscribe_at="配信停止は {} で行えます。",
    website="ウェブサイトは {} です。",
    said_before=(
        "前回のご連絡に記載しております。",
        "前回のご連絡に記載しております。",
        "リンクは前回のご連絡に記載しております。",
    ),
)


def words_for(voice: Voice) -> Words:
    """The frames in the language of the answers; English for every language but Japanese."""
    return _JAPANESE if voice.tongue is Tongue.JAPANESE else _english(voice)
