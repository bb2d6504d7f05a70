"""What the pages that a reviewer looks for are called, language by language: in the words of a link, or in its address.

A term matches at the beginning of a word, and longer words too; with a dot at its end it matches the whole word alone.
Comparison is without case. Another language is another line.
"""

import re
from enum import StrEnum
from typing import TypeAlias

from checks.website.words import is_unspaced, plain


class Role(StrEnum):
    """What a linked page is for."""

    PRIVACY = "privacy policy"
    CONTACT = "contact page"
    IMPRINT = "imprint"
    SIGN_UP = "sign-up form"
    UNSUBSCRIBE = "unsubscribe page"


_PRIVACY = """
en: privacy, data protection, gdpr., your data
de: datenschutz, privatsphäre
fr: confidentialité, vie privée, données personnelles, protection des données, rgpd., politique de confidentialite
es: privacidad, protección de datos, aviso de privacidad, tratamiento de datos, proteccion de datos
pt: privacidade, proteção de dados, lgpd.
it: privacy, riservatezza, trattamento dei dati, protezione dei dati, informativa
nl: privacy, gegevensbescherming, persoonsgegevens
pl: prywatność, prywatności, ochrona danych, danych osobowych, rodo., prywatnosci
sv: integritet, personuppgifter, dataskydd
da: privatliv, persondata, databeskyttelse, personoplysninger
nb: personvern
fi: tietosuoja, yksityisyy, rekisteriseloste
cs: ochrana osobních údajů, osobních údajů, osobní údaje, soukromí, gdpr., ochrana-osobnich-udaju, osobnich udaju
sk: ochrana osobných údajov, osobných údajov, osobné údaje, súkromie, osobnych udajov
hu: adatvédel, adatkezelés, adatvedel, adatkezeles
ro: confidențialitate, confidentialitate, protecția datelor, protectia datelor, date cu caracter personal
hr: privatnost, zaštita podataka, osobnih podataka
sl: zasebnost, varstvo podatkov, osebnih podatkov
bg: поверителност, лични данни, защита на данните
el: απόρρητο, απορρήτου, προσωπικά δεδομένα, προσωπικών δεδομένων, προστασία δεδομένων
et: privaatsus, andmekaitse, isikuandme
lv: privātum, personas dat, datu aizsardzīb
lt: privatum, asmens duomen
tr: gizlilik, kvkk, kişisel veri, kisisel veri
ru: конфиденциальност, персональных данных, персональные данные, приватност
uk: конфіденційн, персональних даних, персональні дані, приватн
he: פרטיות, מדיניות הפרטיות, הפרטיות
ar: الخصوصية, خصوصية, حماية البيانات
fa: حریم خصوصی
hi: गोपनीयता
th: ความเป็นส่วนตัว, ข้อมูลส่วนบุคคล, นโยบายส่วนบุคคล
vi: quyền riêng tư, bảo mật, chính sách riêng tư
id: kebijakan privasi, privasi
ms: dasar privasi, privasi
ja: プライバシー, 個人情報
zh: 隐私, 隱私, 个人信息保护, 個人資料
ko: 개인정보, 프라이버시
"""
_CONTACT = """
en: contact, get in touch, reach us, find us, write to us, talk to us, visit us, customer service, support.
en: help centre, help center
de: kontakt, so erreichen sie uns, anfahrt, kundenservice, schreiben sie uns
fr: contact, nous joindre, nous écrire, nous trouver, service client
es: contacto, contacta, contáctanos, contactar, escríbenos, atención al cliente
pt: contato, contacto, fale conosco, contactos, atendimento
it: contatt, scrivici, dove siamo, servizio clienti
nl: contact, bereikbaarheid, klantenservice
pl: kontakt, obsługa klienta
sv: kontakt, hitta hit, kundtjänst, kundservice
da: kontakt, find os, kundeservice
nb: kontakt, finn oss, kundeservice
fi: yhteystiedot, ota yhteyttä, yhteydenotto, asiakaspalvelu
cs: kontakt, napište nám
sk: kontakt, napíšte nám
hu: kapcsolat, elérhetőség, ügyfélszolgálat
ro: contact
hr: kontakt
sl: kontakt, stik
bg: контакти, контакт, свържете се
el: επικοινωνία, επικοινωνήστε
et: kontakt, võta ühendust
lv: kontakt, sazin
lt: kontakt, susisiek
tr: iletişim, bize ulaşın, iletisim
ru: контакт, связаться, обратная связь, напишите нам
uk: контакт, зв'язатися, зворотній зв'язок, зворотний зв'язок
he: צור קשר, יצירת קשר, צרו קשר, דברו איתנו
ar: اتصل بنا, تواصل معنا, تواصل, اتصل
fa: تماس با ما, تماس
hi: संपर्क
th: ติดต่อ
vi: liên hệ
id: kontak, hubungi
ms: hubungi
ja: お問い合わせ, お問合せ, 問い合わせ, 連絡先, アクセス
zh: 联系, 聯絡, 聯繫, 联络
ko: 문의, 연락처, 오시는 길, 고객센터
"""
_IMPRINT = """
en: imprint., legal notice, company information, about the company
de: impressum, offenlegung, anbieterkennzeichnung
fr: mentions légales, mentions legales
es: aviso legal, nota legal
pt: aviso legal, informação legal
it: note legali, dati societari, chi siamo
nl: colofon, bedrijfsgegevens
pl: dane firmy, nota prawna
sv: företagsuppgifter, om företaget
da: virksomhedsoplysninger, om virksomheden
ja: 特定商取引, 会社概要, 会社情報, 運営会社, 運営者情報
zh: 公司简介, 公司信息, 关于我们, 關於我們
ko: 회사소개, 사업자정보
ru: реквизиты, о компании
uk: реквізити, про компанію
"""
_SIGN_UP = """
en: sign up, signup, subscribe, newsletter, mailing list, register., registration, create account, create an account
en: join us, join the list, join now, get started, start free, free trial, get updates, stay in the loop
en: open an account
de: newsletter, anmelden, registrier, abonnier, konto erstellen, konto anlegen, jetzt starten, kostenlos testen
de: rundbrief
fr: newsletter, infolettre, s'inscrire, inscription, inscrivez, s'abonner, abonnez, créer un compte
fr: lettre d'information
es: newsletter, boletín, suscríb, suscrib, registr, crear cuenta, crea tu cuenta, date de alta
pt: newsletter, boletim, inscreva, inscrev, assine, cadastr, criar conta, registe, registar
it: newsletter, iscriviti, iscrizione, registrati, registrazione, crea un account, abbonati
nl: nieuwsbrief, aanmelden, inschrijven, registreren, abonneer, account aanmaken
pl: newsletter, zapisz się, zarejestruj, rejestracja, subskryb, załóż konto
sv: nyhetsbrev, prenumerera, registrera, skapa konto, anmäl dig
da: nyhedsbrev, tilmeld, abonner, opret konto, opret bruger
nb: nyhetsbrev, meld deg på, abonner, registrer, opprett konto
fi: uutiskirje, tilaa, rekisteröidy, luo tili, liity
cs: newsletter, odběr, přihlásit k odběru, registrac, registrovat, zaregistr
sk: newsletter, odber, registrác, registrovať, zaregistr
hu: hírlevél, feliratkoz, regisztrá, fiók létrehozása
ro: newsletter, abonează, aboneaza, înregistr, inregistr, creează cont
hr: newsletter, pretplat, registr, prijava na
sl: novice, naročite, registr, prijava na
bg: бюлетин, абонир, регистр
el: newsletter, εγγραφή, εγγραφείτε, ενημερωτικό δελτίο
et: uudiskiri, registreeri, liitu
lv: jaunumu, abonē, reģistr
lt: naujienlaiš, prenumer, registr
tr: bülten, abone ol, kayıt ol, üye ol, kaydol
ru: рассылк, подпис, регистрац, зарегистр
uk: розсилк, підпис, реєстрац, зареєстр
he: הרשמה, הירשמו, הרשם, ניוזלטר, הצטרפו
ar: النشرة, اشترك, الاشتراك, سجل, التسجيل, إنشاء حساب
fa: خبرنامه, ثبت نام, عضویت
hi: सदस्यता, पंजीकरण, साइन अप
th: สมัคร, ลงทะเบียน, จดหมายข่าว
vi: đăng ký, bản tin
id: daftar, berlangganan, buletin
ms: daftar, langgan
ja: メルマガ, メールマガジン, ニュースレター, 会員登録, 新規登録, 登録, 購読
zh: 注册, 註冊, 订阅, 訂閱, 电子报, 電子報
ko: 회원가입, 가입, 구독, 뉴스레터
"""
_UNSUBSCRIBE = """
en: unsubscribe, opt out, opt-out, email preferences, manage subscription, subscription preferences
en: communication preferences
de: abmelden, abbestellen, newsletter-abmeldung, austragen
fr: désabonn, désinscri, se désinscrire
es: darse de baja, cancelar suscripción, desuscrib
pt: cancelar inscrição, cancelar subscrição, descadastr, descadastrar
it: disiscri, cancella iscrizione, annulla iscrizione
nl: uitschrijven, afmelden
pl: wypisz, rezygnacja z newslettera, anuluj subskrypcję
sv: avregistrera, avsluta prenumeration, avprenumerera
da: afmeld, frameld
nb: meld deg av, avmeld
fi: peruuta tilaus, poistu postituslistalta
cs: odhlásit odběr, odhlášení z odběru, zrušit odběr
sk: odhlásiť odber, zrušiť odber
hu: leiratkoz
ro: dezabon
tr: abonelikten çık, üyelikten çık
ru: отписаться, отписка, отказ от рассылки
uk: відписатися, відписка
he: הסרה מרשימת, הסר מרשימת, ביטול הרשמה
ar: إلغاء الاشتراك
el: διαγραφή από, απεγγραφή
ja: 配信停止, 購読解除, メルマガ解除
zh: 退订, 退訂, 取消订阅, 取消訂閱
ko: 수신거부, 구독 취소
"""
_TABLES = {
    Role.PRIVACY: _PRIVACY,
    Role.CONTACT: _CONTACT,
    Role.IMPRINT: _IMPRINT,
    Role.SIGN_UP: _SIGN_UP,
    Role.UNSUBSCRIBE: _UNSUBSCRIBE,
}


def _by_language(table: str) -> dict[str, tuple[str, ...]]:
    read: dict[str, tuple[str, ...]] = {}
    for line in table.strip().splitlines():
        language, _, terms = line.partition(": ")
        read[language] = read.get(language, ()) + tuple(term.strip() for term in terms.split(","))
    return read


TERMS = {role: _by_language(table) for role, table in _TABLES.items()}
"""Role to language (BCP 47 primary subtag) to terms."""
_Term: TypeAlias = tuple[str, Role]
_WORD_START = re.compile(r"(?<!\w)\w")


def _indexed() -> tuple[dict[str, list[_Term]], list[_Term]]:
    """Terms by their first two signs, and those of scripts without spaces, which stand anywhere."""
    starting: dict[str, list[_Term]] = {}
    anywhere: list[_Term] = []
    for role, languages in TERMS.items():
        for term in {term for terms in languages.values() for term in terms}:
            written = plain(term)
            place = anywhere if is_unspaced(written[0]) else starting.setdefault(written[:2], [])
            place.append((written, role))
    return starting, anywhere


_STARTING, _ANYWHERE = _indexed()


def roles_in(text: str) -> frozenset[Role]:
    """The roles whose terms are found in `words.plain` text, in any language. Quick, because a page may have a thousand
    links: only the terms that begin as a word does are compared with it."""
    found = set[Role]()
    for start in _WORD_START.finditer(text):
        at = start.start()
        found |= {role for term, role in _STARTING.get(text[at : at + 2], ()) if _stands(term, text, at)}
    if is_unspaced(text):
        found |= {role for term, role in _ANYWHERE if term in text}
    return frozenset(found)


def _stands(term: str, text: str, at: int) -> bool:
    if not term.endswith("."):
        return text.startswith(term, at)
    end = at + len(term) - 1
    return text.startswith(term[:-1], at) and not text[end : end + 1].isalnum()


LANGUAGES = frozenset(TERMS[Role.PRIVACY]) & frozenset(TERMS[Role.CONTACT])
"""The languages in which "not found" can be said."""
_SAME = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "sr": "hr", "bs": "hr", "be": "ru", "ca": "es", "gl": "pt"}


def reads(language: str) -> bool:
    """Whether the tables know the language of a page (its `lang`, BCP 47; empty where it says none): else what was not
    found may still be there."""
    primary = language.lower().replace("_", "-").partition("-")[0]
    return not primary or _SAME.get(primary, primary) in LANGUAGES
