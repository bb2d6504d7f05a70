"""What people answer when they appeal, for the businesses of `tests.support.businesses`."""

from model import AppealAnswers

SHOP = AppealAnswers(
    opt_in="The form is at https://harbourtea.example/letter. It asks for an address and has one empty box: “Yes, send"
    " me the Harbour letter”. We keep the date of the sign-up and of the click.",
    confirmation="Subject: Please confirm your subscription\n\nYou asked for the Harbour letter. Confirm it here:"
    " https://harbourtea.example/c/1\nIf this was not you, do nothing.\n\nHarbour Tea, Cork",
    privacy="https://harbourtea.example/privacy",
    unsubscribe="https://harbourtea.example/leave",
    case_id="176543210",
)
CLINIC = AppealAnswers(
    opt_in="Paper form at reception, box unticked by default. Receptionist types it in, system sends a mail w/ a link,"
    " patient has 7 days to click",
    confirmation="Oakfield Dental: please confirm your address with this link: https://oakfielddental.example/c/7",
    privacy="https://oakfielddental.example/privacy",
    unsubscribe="https://oakfielddental.example/stop",
    case_id="176543211",
)
AGENCY = AppealAnswers(
    opt_in="The form stands at the foot of each museum's website. It has one field and one button, “Subscribe”. No"
    " museum may upload a list: new addresses only come from the form.",
    confirmation="Subject: Your newsletter from Kunsthalle Nord\n\nPlease confirm that you want our newsletter:"
    " https://news.nordlicht.example/c/abc",
    privacy="https://nordlicht.example/privacy",
    unsubscribe="https://news.nordlicht.example/leave",
    changed="On 2 March we removed the 410 addresses that had bounced twice. The last issue had 0.6% bounces.",
    case_id="176543212",
)
SAAS = AppealAnswers(
    opt_in="Users type their address at https://www.ledgerly.example/start and click the link in the first mail.",
    confirmation="Subject: Verify your address\n\nClick to verify: https://www.ledgerly.example/v/123",
    privacy="https://www.ledgerly.example/privacy",
    unsubscribe="Receipts answer a payment, so there is no list to leave. Closing the account ends all mail.",
    case_id="176543213",
)
SOLO = AppealAnswers(
    opt_in="The box on https://tidepool.example/join is empty. I mail a link, and only who clicks it gets the news.",
    confirmation="Subject: Tidepool news?\n\nConfirm here: https://tidepool.example/c/9",
    privacy="https://tidepool.example/privacy",
    unsubscribe="https://tidepool.example/off",
    case_id="176543214",
)
BOOKS = AppealAnswers(
    opt_in="注文フォームの必須項目としてメールアドレスを入力していただきます。",
    confirmation="件名：ご注文の確認\n\nご注文ありがとうございます。",
    privacy="https://aozora.example/privacy",
    case_id="176543215",
)
