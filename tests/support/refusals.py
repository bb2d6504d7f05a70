"""Messages with which AWS refuses, or asks before it decides: written anew in the manner of the real ones."""

_FOOTER = """

For more about our policies, see the Acceptable Use Policy (https://aws.amazon.com/aup/) and the Service Terms.

We value your feedback. Please rate this correspondence by selecting the stars in its top right corner.

Best regards,
Trust and Safety"""

IMPACT = f"""Hello,

Thank you for asking for a higher sending limit. We looked at your request and determined that your use of Amazon SES
could have a negative impact on our service. We are denying this request to prevent other Amazon SES customers from
experiencing interruptions in service.

For security purposes, we are unable to provide specific details.{_FOOTER}"""

MORE = """Hello,

Thank you for asking for a higher sending limit. We would like to gather more information about your use case.

If you can provide additional information about how you plan to use Amazon SES, we will review it. In your response,
include as much detail as you can about your email-sending processes and procedures.

For example, tell us how often you send email, how you maintain your recipient lists, and how you manage bounces,
complaints, and unsubscribe requests. It is also helpful to provide examples of the email you plan to send so we can
ensure that you send content that recipients want to receive.

You can provide this information by replying to this message. Our team answers within 24 hours.

Thank you for working with Amazon SES."""

LISTED = """Hello,

before we go on, please answer the following questions:

1. What type of emails will you be sending (marketing, transactional)?
2. How do you build your recipient list? Do you use third-party lists?
3. How do you handle bounces and complaints?
4. How can recipients opt out?
5. What is your expected daily volume?
6. Please provide a link to your privacy policy and a sample email.

Sincerely,
Amazon SES Support"""

BULLETS = """Hello,

I'm following up on your limit increase request. To help us evaluate it, please provide:

- A detailed description of your business model
- The URL of the page where users sign up
- The steps you take when an email bounces or is marked as spam
- How often you remove inactive subscribers
- One example of each type of email

If we don't hear back from you within 5 days, the case will be closed.

Regards,
Ravi K."""

SOURCE = """Hello,

We have reviewed your request. Based on what you told us, it is not clear to us how the recipients on your mailing list
have asked to receive your email. Until we understand this we are unable to increase your limits.

Regards,
SES Team"""

SITE = """Hi there,

thanks for your request. We visited the website you provided (https://harbourtea.example) but it appears to be under
construction and does not describe your business. We therefore can't approve production access at this time.

Kind regards,
Amazon SES Sending Review"""

VOLUME = """Hello,

We have concerns about the sending volume that you requested. A volume of 10,000 messages per month seems high for a
new sender. Can you explain how you arrived at this number?

Thanks,
AWS"""

BOUNCES = """Hello,

We looked at the sending history of your account. Your bounce rate was 8.3% over the last 1,000 messages, which is above
the 5% at which we place accounts under review. We can't move the account out of the sandbox until this is resolved.

Best regards, Amazon SES"""

COMPLAINTS = """Hello, the complaint rate for your account exceeds 0.1%. Recipients are marking your mail as spam. For
this reason your request was declined."""

YOUNG = """Hello,

The domain harbourtea.example was registered only recently and has no sending history, so we cannot verify your identity
as a sender. We are not able to grant production access for it at present."""

ACCOUNT = """Hello,

Due to some limiting factors on your account currently, you are not eligible to send SES messages in the EU (Ireland)
region. You will need to show a pattern of use of other AWS services and a consistent paid billing history."""

KIND = """Hello, we're sorry, but we can't approve your request because the content of your emails seems to be
promotional while you selected Transactional."""

SECOND = """Hello,

Thank you for providing us with additional information about your Amazon SES account in the EU (Ireland) Region. We
reviewed this information, but we are still unable to grant your request.

We made this decision because we believe that your use case would impact the deliverability of our service and would
affect your reputation as a sender. We also want to ensure that other Amazon SES users can continue to use the service.

Thank you for contacting Amazon Web Services."""

FINAL = """Hello,

After careful consideration of the additional details you provided on 12 May, our position has not changed and we cannot
move your account out of the sandbox. This is our final decision.

AWS Trust & Safety"""

THREAD = f"""Hi,

We still need some details before we can make a decision. Who receives your email, and where do the addresses come from?
Please also share the link to your privacy policy.

Best,
Maria S.
Amazon Web Services

================================================
On Tue, 3 Mar 2026 at 10:12, Cliona Byrne <cliona@harbourtea.example> wrote:
> Hello,
> we send order confirmations. How long does it take? We have no bounces or complaints.
> --
> Cliona Byrne | Harbour Tea | +353 21 555 0100
>
{chr(10).join("> " + line for line in IMPACT.split(chr(10)))}"""

JAPANESE = """お客様

Amazon SES の送信制限緩和をご申請いただきありがとうございます。
審査の結果、お客様のご利用が弊社のサービスに悪影響を与える可能性があると判断いたしました。そのため、今回のご申請は承認できません。
セキュリティ上の理由により、詳細はお伝えできません。"""

JAPANESE_QUESTIONS = """お客様

ご申請ありがとうございます。ご利用目的について追加の情報をお知らせください。
・どのくらいの頻度でメールを送信しますか。
・受信者リストをどのように管理していますか。
・バウンス、苦情、配信停止をどのように処理していますか。
また、送信予定のメールの例をご提供ください。
よろしくお願いいたします。"""

ALL = {
    "impact": IMPACT, "more": MORE, "listed": LISTED, "bullets": BULLETS, "source": SOURCE, "site": SITE,
    "volume": VOLUME, "bounces": BOUNCES, "complaints": COMPLAINTS, "young": YOUNG, "account": ACCOUNT, "kind": KIND,
    "second": SECOND, "final": FINAL, "thread": THREAD, "japanese": JAPANESE, "questions-ja": JAPANESE_QUESTIONS,
    "hello": "Hello,", "empty": "",
}  # fmt: skip
