"""Businesses whose drafts are good as they stand: a reviewer would have nothing to ask, so lint has nothing to say."""

from model import Answers, ContactLanguage, MailType, Stream

M, T = MailType.MARKETING, MailType.TRANSACTIONAL

SHOP = Answers(
    name="Harbour Tea",
    business="Online shop for loose leaf tea and imported wine; we sell to people in Ireland and Britain.",
    place="Cork, Ireland",
    since="2017",
    streams=(
        Stream("Order confirmations", T, "When a customer pays", "The customer who placed the order", "One per order",
               "About 700 orders a month"),
        Stream("The Harbour letter, a newsletter with new teas", M, "Every other Thursday", "Subscribers",
               "Every other Thursday", "4,300 subscribers"),
    ),
    website="https://harbourtea.example",
    domain="harbourtea.example",
    opt_in="The form is at https://harbourtea.example/letter. Its box is empty at first. A confirmation mail with a"
    " link follows, and nobody is added before that link is clicked. We never buy or rent lists.",
    unconfirmed="Deleted after 7 days",
    leaving="Every letter has an unsubscribe link and the one-click List-Unsubscribe header. It takes effect at once.",
    bounces="A hard bounce suppresses the address at once; after three soft bounces it is removed",
    complaints="The address is taken off every list at once, and we look at the message that caused it",
    monthly="About 10,000",
    basis="4,300 subscribers × 2.17 sends, and 700 orders",
    busiest="4,400 on a letter Thursday",
    sample="Subject: Your order 1042\n\nThank you for your order. Your Assam leaves Cork tomorrow with An Post.",
    contacts=("ops@harbourtea.example",),
    region="eu-west-1",
)  # fmt: skip

BIKES = Answers(
    name="Radhaus Kiel",
    business="We rent bikes and cargo bikes by the day at three shops in Kiel, and repair them.",
    place="Kiel, Germany",
    since="2009",
    streams=(
        Stream("Booking confirmations", T, "When somebody books a bike online", "The person who booked",
               "One per booking", "1,200 bookings a month"),
        Stream("Return reminders", T, "Two hours before the bike is due", "The person who has the bike",
               "One per booking", "1,200 a month"),
    ),
    website="https://radhaus.example",
    domain="radhaus.example",
    opt_in="People type their address into the booking form. The form says that it is used for this booking alone.",
    unconfirmed="There is nothing to confirm: without a booking no mail is sent",
    leaving="Confirmations and reminders belong to a booking, so there is no list to leave",
    bounces="The address is marked in the booking, no further mail goes out, and the shop phones",
    complaints="The address is blocked at once",
    monthly="2,400",
    basis="1,200 bookings × 2 messages",
    busiest="180 on a Saturday in July",
    sample="Subject: Your cargo bike is booked\n\nPick it up at Hafenstraße 4 from 9:00 on 12 July.",
    region="eu-central-1",
)  # fmt: skip

CLINIC = Answers(
    name="Oakfield Dental",
    business="We are a dental practice with three dentists, for families in the north of Leeds.",
    place="Leeds",
    since="1998",
    streams=(
        Stream("Appointment reminders", T, "48 hours before an appointment", "The patient who has the appointment",
               "One per appointment", "900 appointments a month"),
    ),
    website="https://oakfielddental.example",
    domain="oakfielddental.example",
    opt_in="Patients write their address on the registration form at reception and tick a box, which is empty, to be"
    " reminded by mail. They confirm the address with a link that we mail them.",
    unconfirmed="After 7 days without a click we delete the address from the system",
    leaving="Patients tell reception, or untick the box in their account; no reminder goes out after that",
    bounces="A hard bounce removes the address, and reception asks for a new one",
    complaints="The address is removed and the patient is phoned",
    monthly="900",
    basis="900 appointments × 1 reminder",
    busiest="60",
    sample="Subject: Your appointment on Tuesday\n\nYou have an appointment on Tuesday 4 May at 10:20.",
    region="eu-west-2",
)  # fmt: skip

AGENCY = Answers(
    name="Nordlicht Media",
    business="We produce the newsletters of eleven museums in northern Germany, together with our business partners"
    " in print. Each museum has its own list and signs off each issue. Will Petersen founded the studio.",
    place="Hamburg",
    since="2011",
    streams=(
        Stream("Museum newsletters", M, "When a museum opens an exhibition",
               "People who signed up on that museum's website", "Once a month", "38,000 subscribers"),
    ),
    website="https://nordlicht.example",
    domain="news.nordlicht.example",
    opt_in="Each museum has a sign-up form on its website with one field and one button. The address is added when the"
    " link in the confirmation mail is clicked. Museums cannot upload lists: nothing is bought, scraped or imported.",
    unconfirmed="Deleted after three days",
    leaving="Every issue has an unsubscribe link and the List-Unsubscribe header with one-click; it works immediately",
    bounces="Hard bounces are suppressed at once, soft bounces after three tries",
    complaints="Suppressed at once, and the museum is told",
    monthly="38,000",
    basis="38,000 subscribers, one issue a month",
    busiest="4,600 when the largest museum sends",
    sample="Subject: Sea light, from 3 May\n\nOur new exhibition opens on 3 May with cold drinks on the terrace.",
    region="eu-central-1",
)  # fmt: skip

SCHOOL = Answers(
    name="Rivermead Primary School",
    business="A primary school with 410 pupils. We write to parents about closures, trips and term dates.",
    place="Norwich",
    since="1964",
    streams=(
        Stream("School letters to parents", T, "When the head has news that parents need to have",
               "Parents and guardians of pupils", "Twice a week", "620 parents"),
    ),
    website="https://rivermead.example",
    domain="rivermead.example",
    opt_in="Parents give their address on the enrolment form and confirm it by clicking a link that we send.",
    unconfirmed="The office phones them and corrects the address",
    leaving="Parents ask the office to stop, and the address is removed the same day",
    bounces="The office phones the parents and corrects the address the same day",
    complaints="We stop mailing that address at once and phone the parent",
    monthly="5,400",
    basis="620 parents × 2 letters a week",
    busiest="1,240 on a snow day",
    sample="Subject: School closed tomorrow\n\nBecause of the snow the school stays closed tomorrow, 14 January.",
    region="eu-west-2",
)  # fmt: skip

CHARITY = Answers(
    name="Green Lanes Trust",
    business="We are a charity that plants hedgerows with volunteers across Kent and pays for it by donations.",
    place="Kent, England",
    since="2009",
    streams=(
        Stream("Monthly news", M, "The first Monday of the month", "Supporters who signed up", "Monthly",
               "3,100 supporters"),
        Stream("Donation receipts", T, "When a donation arrives", "The donor", "One per donation", "900 a month"),
    ),
    website="https://greenlanes.example",
    domain="greenlanes.example",
    opt_in="At planting days people fill in a paper form and tick a box: “Please send me news”. On the website the"
    " same form has the same box. Everybody gets a mail with a link to confirm.",
    unconfirmed="One reminder after a week; after 14 days the address is deleted",
    leaving="An unsubscribe link stands at the bottom of every mail, and the one-click List-Unsubscribe header is set",
    bounces="The address is removed at once",
    complaints="The address is removed at once",
    monthly="4,000",
    basis="3,100 supporters and 900 receipts",
    busiest="3,100 on the first Monday",
    sample="Subject: March at Green Lanes\n\nIn February 40 volunteers planted 400 metres of hedge near Wye.",
    region="eu-west-2",
)  # fmt: skip

SAAS = Answers(
    name="Ledgerly",
    business="Ledgerly is invoicing software in the browser for freelancers in Europe. It keeps their books as well.",
    place="Berlin",
    since="2022",
    streams=(
        Stream("Password reset links", T, "When a user asks for a new password", "The user who asked",
               "One per request", "300 a month"),
        Stream("Address confirmations", T, "When somebody opens an account", "The person who opened it",
               "One per account", "200 new accounts a month"),
        Stream("Payment receipts", T, "When a subscription is paid", "The user who paid", "One per payment",
               "5,000 payments a month"),
    ),
    website="https://www.ledgerly.example",
    domain="mail.ledgerly.example",
    opt_in="Users register with their address at https://www.ledgerly.example/start and click the link in the"
    " confirmation mail before anything else works.",
    unconfirmed="The account stays locked and is deleted after 30 days",
    leaving="Receipts and links answer what the user did. Whoever closes the account gets no further mail.",
    bounces="SES publishes the bounce to an SNS topic, and our service flags the address; no further mail goes to it",
    complaints="Handled by the same service: the address is flagged and gets no further mail",
    monthly="5,500",
    basis="300 resets, 200 confirmations and 5,000 receipts",
    busiest="900 on the first of the month",
    sample="Subject: Your receipt for March\n\nWe received 12.00 EUR on 1 March. Thank you.",
    region="us-east-1",
)  # fmt: skip

SOLO = Answers(
    name="Tidepool",
    business="I make a small app that tells surfers on the Portuguese coast when the tide is right for them.",
    place="Porto",
    since="March 2024",
    streams=(
        Stream("Sign-in links", T, "When somebody signs in", "The person who signs in", "One per sign-in",
               "3,600 sign-ins a month"),
        Stream("Release news", M, "When a new version is out", "Users who ticked the box for it", "Once a month",
               "800 users"),
    ),
    website="https://tidepool.example",
    domain="tidepool.example",
    opt_in="The sign-up page has a box that is empty: “Mail me when there is a new version”. I then send a link to"
    " confirm, and only those who click it are on the list.",
    unconfirmed="After two days the request is deleted",
    leaving="A link in every mail, and the one-click header; the box in the settings does the same",
    bounces="I take the address off the list after the first hard bounce",
    complaints="I take the address off the list at once",
    monthly="4,400",
    basis="3,600 sign-ins and 800 users × 1",
    busiest="900 on a release day",
    sample="Subject: Tidepool 2.1\n\nThe map now shows the swell for the next three days.",
    region="eu-west-1",
)  # fmt: skip

BOOKS = Answers(
    name="青空書店",
    business="京都で古本を扱うオンライン書店です。日本全国のお客様に販売しています。",
    place="京都",
    since="2015年",
    streams=(
        Stream("注文確認メール", T, "ご注文時", "ご注文のお客様", "注文ごとに1通", "月に400件"),
    ),
    website="https://aozora.example",
    domain="aozora.example",
    opt_in="注文フォームでメールアドレスを入力していただきます。",
    unconfirmed="注文が完了しない場合は送信しません",
    leaving="注文の確認のみで、配信リストはありません",
    bounces="該当アドレスへの送信を停止し、お電話で確認します",
    complaints="該当アドレスへの送信を停止します",
    monthly="400通",
    basis="注文400件",
    busiest="40通",
    sample="件名：ご注文ありがとうございます\n\nご注文の本を本日発送しました。",
    language=ContactLanguage.JA,
    region="ap-northeast-1",
)  # fmt: skip

GOOD = {
    "shop": SHOP, "bikes": BIKES, "clinic": CLINIC, "agency": AGENCY, "school": SCHOOL, "charity": CHARITY,
    "saas": SAAS, "solo": SOLO, "books": BOOKS,
}  # fmt: skip
