"""The fixed sentences of an appeal in Japanese, the other language in which AWS writes back."""

from drafts.woven.appeal.signs import Topic
from drafts.woven.appeal.words import Heads, Words
from model import Concern

_BEFORE = "前回のご連絡に記載しております。"
JAPANESE = Words(
    hello="お世話になっております。",
    thanks="本番アクセスの申請をご確認いただき、ありがとうございます。",
    thanks_in="{} における本番アクセスの申請をご確認いただき、ありがとうございます。",
    closing="ご不明な点が残っておりましたら、このケースでお知らせください。よろしくお願いいたします。",
    second_closing="判断が変わらない場合は、どの点が理由かをお知らせください。よろしくお願いいたします。",
    heads=Heads(
        concern="ご懸念の点について",
        questions="ご質問について",
        decision="今回のご判断について",
        opt_in="オプトインの方法",
        opt_in_and_lists="オプトインの方法とリストの管理",
        confirmation="登録時に届く確認メール",
        verification="アドレスの確認メール",
        example="受信者に届くメールの例",
        links="プライバシーポリシーと配信停止",
    ),
    you_wrote="次のご指摘をいただきました：{}",
    declined="申請を承認できないとのご判断と、次のご指摘をいただきました：{}",
    you_asked="{}についてご質問をいただきました。",
    more_asked="Amazon SES の利用方法について、追加の情報をとのご連絡をいただきました。",
    asked={
        Topic.USE_CASE: "送信するメールと宛先",
        Topic.FREQUENCY: "送信の頻度",
        Topic.VOLUME: "送信数",
        Topic.LISTS: "受信者リストの管理",
        Topic.OPT_IN: "登録の方法",
        Topic.REMEDY: "改善の内容",
    },
    handling="{}の処理",
    handled={Topic.BOUNCES: "バウンス", Topic.COMPLAINTS: "苦情", Topic.UNSUBSCRIBES: "配信停止"},
    wanted={
        Topic.SAMPLE: "メールの例",
        Topic.WEBSITE: "ウェブサイト",
        Topic.DOMAIN: "ドメイン",
        Topic.PRIVACY: "プライバシーポリシー",
    },
    labels={
        Topic.FREQUENCY: "送信の頻度",
        Topic.VOLUME: "送信数",
        Topic.LISTS: "リストの管理",
        Topic.OPT_IN: "オプトイン",
        Topic.BOUNCES: "バウンス",
        Topic.COMPLAINTS: "苦情",
        Topic.UNSUBSCRIBES: "配信停止",
    },
    unconfirmed="確認が済んでいないアドレス",
    both_events="バウンスと苦情",
    concerns={
        Concern.NO_DETAILS: "他の送信者を守る必要があることを理解しております。",
        Concern.LIST_SOURCE: "アドレスの取得元を確認する必要があることを理解しております。",
        Concern.WEBSITE: "ウェブサイトで必要な内容をご確認いただけなかったことを理解しております。",
        Concern.VOLUME: "送信数の根拠を確認する必要があることを理解しております。",
        Concern.BOUNCES: "バウンスが他の送信者にも影響することを理解しております。",
        Concern.COMPLAINTS: "苦情が他の送信者にも影響することを理解しております。",
        Concern.OTHER: "ご判断の前に、この点を明らかにする必要があることを理解しております。",
        Concern.UNCLEAR: "ご連絡を拝見しました。送信するメールの詳細をお知らせします。",
    },
    negative_impact="Amazon SES の利用がサービスに悪影響を与える可能性があるとのご判断をいただきました。",
    undetailed="理由の記載なく、承認できないとのご連絡をいただきました。",
    no_reason="Amazon SES の利用がサービスに悪影響を与える可能性があること、"
    "詳細はお知らせいただけないことを承知しました。",
    deliverability="サービスの到達率と送信者としての評判に影響するとのご判断をいただきました。",
    facts_follow="送信内容の事実は次のとおりです。",
    point_two="詳しくは2をご覧ください。",
    second="このケースのご判断について、再審査をお願いいたします。",
    still="前回のご連絡をご確認のうえ、ご判断に変わりがないことを承知しました。",
    new_since="以下は前回のご連絡以降の新しい情報です。",
    slower="また、最初の2週間は1日あたり最大{}通とし、バウンスと苦情が少ないことを確認しながら増やします。",
    slower_half="また、最初の2週間は最も多い日の半分にあたる1日最大{}通とし、バウンスと苦情が少ないことを確認しながら"
    "増やします。",
    slower_quota="また、最も多い日でも1日{}通の上限で足りますので、まずその上限で始め、バウンスと苦情が少ないことを"
    "確認しながら引き上げをお願いします。",
    changed="その後の変更点：{}。",
    privacy="プライバシーポリシーは {} です。",
    unsubscribe_at="配信停止は {} で行えます。",
    both_at="プライバシーポリシーは {} 、配信停止のページは {} です。",
    website="ウェブサイトは {} です。",
    domain="送信元のドメインは {} です。",
    also_sent="送信するメールの例は次のとおりです。",
    said_before={
        "concern": "事業とメールについては前回のご連絡に記載しております。",
        "opt_in": _BEFORE,
        "sample": _BEFORE,
        "links": "リンクは前回のご連絡に記載しております。",
    },
)
