"""Why a finding matters: one sentence for every code that is not a pass.

A finding says what is wrong; the sentence here says what a reviewer at AWS, a mailbox provider or Amazon SES makes of
it, so that a person can decide how soon to act. Standards are cited where they decide.
"""

_SPF = {
    "missing": "Reviewers look the domain up and expect SPF, so its absence counts against the request; mailbox "
    "providers trust mail without it less.",
    "multiple": "Receivers may not choose between two SPF records: SPF then fails permanently for all mail of the "
    "domain (RFC 7208 section 4.5).",
    "syntax": "One unreadable term makes the whole record a permanent error, even for mail that an earlier term allows "
    "(RFC 7208 section 4.6).",
    "unknown-modifier": "Receivers skip a modifier that they do not know, so this part of the record does nothing "
    "(RFC 7208 section 6).",
    "too-many-lookups": "Receivers stop after 10 look-ups and treat the record as broken, so SPF fails for mail that "
    "is allowed (RFC 7208 section 4.6.4).",
    "lookups-near-limit": "At most 10 look-ups are allowed, and the next change in an included record, which is not "
    "yours to control, can break SPF (RFC 7208 section 4.6.4).",
    "too-many-voids": "When more than two look-ups find nothing, receivers may stop with a permanent error "
    "(RFC 7208 section 4.6.4).",
    "void": "Two look-ups may find nothing; one more can break the record (RFC 7208 section 4.6.4).",
    "include-none": "An include whose target has no usable SPF record is a permanent error for the whole record "
    "(RFC 7208 section 5.2).",
    "mx-over-10": "An mx term may stand for at most 10 hosts; beyond that the record is a permanent error "
    "(RFC 7208 section 4.6.4).",
    "plus-all": "The record allows every computer on the internet to send as the domain, which reviewers and spam "
    "filters read as an invitation to forgers.",
    "neutral-all": "Saying nothing about other senders gives receivers no reason to distrust a forger.",
    "no-all": "Without an ending the record says nothing about other senders, so a forger is treated like an unknown.",
    "ptr": "The ptr term is slow and unreliable, some receivers skip it, and the standard asks not to publish it "
    "(RFC 7208 section 5.5).",
    "after-all": "Receivers stop at all and never read what stands behind it, so those senders are not allowed "
    "(RFC 7208 section 5.1).",
    "too-long": "An answer over 512 octets does not fit into a plain UDP reply, and receivers that cannot ask again "
    "over TCP see no record (RFC 7208 section 3.4).",
    "lookup-failed": "Receivers that get no answer either defer the mail or treat it as having no SPF.",
}
_DKIM = {
    "ses-cname-missing": "Amazon SES verifies the domain by its three records and signs with them; while one is "
    "missing, verification waits and a key rotation can leave mail unsigned.",
    "ses-cname-wrong": "The record leads to another key than the one SES signs with, so signatures cannot be verified.",
    "ses-cname-doubled": "The provider added the domain to a name that held it already, so nobody finds the record "
    "where it is looked for.",
    "ses-cname-flattened": "SES must see the CNAME itself to verify the domain and to rotate its keys; a proxied or "
    "flattened record hides it.",
    "signing-off": "Mail leaves SES without a signature of the domain, so DMARC can rest on SPF alone, or on nothing.",
    "gave-up": "SES looks for the records for 72 hours and then stops, so publishing them now is not enough by itself.",
    "key-1024": "1024 bits verify today, but mailbox providers and RFC 8301 section 3.2 ask for 2048.",
    "key-short": "Receivers must not accept RSA signatures under 1024 bits, so the mail counts as unsigned "
    "(RFC 8301 section 3.2).",
    "revoked": "An empty key says that the key is withdrawn: every signature made with it fails "
    "(RFC 6376 section 3.6.1).",
    "not-for-mail": "The record says that its key is not for email, so receivers must ignore it "
    "(RFC 6376 section 3.6.1).",
    "malformed": "A key record that cannot be read is no key: signatures made with it fail.",
    "testing": "The record says that the domain only tests DKIM, so by the standard its signed mail counts like "
    "unsigned mail (RFC 6376 section 3.6.1).",
    "ed25519-only": "Many receivers verify RSA signatures alone, so to them the mail is unsigned; RFC 8463 expects "
    "senders to sign with both for now.",
    "none": "A reviewer expects at least one DKIM signature, and Gmail and Yahoo require one from bulk senders.",
    "other-only": "Another provider’s signature does not sign the mail that SES sends.",
    "cannot-tell": "DKIM selectors cannot be listed, so DNS alone does not show whether SES signs mail for the domain.",
}
_DMARC = {
    "missing": "Reviewers look for a DMARC record, and Gmail and Yahoo require one from bulk senders.",
    "multiple": "Receivers discard all DMARC records of a name that has more than one, so the domain has no policy of "
    "its own there (RFC 9989 section 4.10).",
    "not-dmarc": "Receivers look at this name for DMARC alone, and skip text that is something else.",
    "malformed": "A record that does not begin with exactly v=DMARC1 is not a DMARC record, so no policy applies.",
    "invalid-tag": "Receivers then act as if the policy were none, whatever was meant.",
    "inert": "With no valid policy and nowhere to report, receivers apply nothing at all (RFC 9989).",
    "no-p": "Receivers read it as p=none, but older checkers and the forms of mailbox providers count it as broken.",
    "no-rua": "Without an address for reports nobody sees who sends as the domain; reviewers look for p=none with a "
    "rua address.",
    "rua-invalid": "Receivers skip an address that they cannot read, so reports go nowhere.",
    "rua-unauthorised": "Receivers send reports to another organization only when it says in DNS that it wants them.",
    "rua-not-told": "Receivers that cannot confirm that the other organization wants the reports do not send them.",
    "rua-no-mail": "The address is at a host that takes no mail, so reports are lost.",
    "blocks-ses": "The policy tells receivers to hold back mail that is not aligned, and today that would be the mail "
    "that SES sends.",
    "aspf-strict": "The MAIL FROM domain of SES is always a subdomain, so strict SPF alignment can never pass.",
    "adkim-strict": "SES signs with the verified domain, and under strict alignment that is not the domain in From.",
    "org-split": "With its own record on one side only, the From domain and the signing domain count as two "
    "organizations, and alignment fails.",
    "obsolete-tag": "RFC 9989 removed this tag: new receivers skip it, so it may not do what was meant.",
    "lookup-failed": "Receivers that get no answer may defer the mail, or apply no policy.",
}
_MAIL_FROM = {
    "not-set": "SPF then passes for amazonses.com and not for the domain, so DMARC rests on DKIM alone.",
    "mx-missing": "SES uses the domain only while its MX record is there, and bounces travel by it.",
    "mx-multiple": "SES accepts exactly one MX record on a MAIL FROM domain, and treats more as a failed setup.",
    "mx-wrong-region": "Bounces must go to the region that sends; SES does not accept another region’s host.",
    "spf-missing": "Receivers check SPF at the MAIL FROM domain, and without a record there it cannot pass.",
    "spf-no-ses": "Receivers check SPF at the MAIL FROM domain, and its record does not allow Amazon SES.",
    "gave-up": "SES looks for the records for 72 hours and then stops, so publishing them now is not enough by itself.",
    "not-subdomain": "SES takes a MAIL FROM domain only below the verified domain, and SPF would not align.",
    "receives-mail": "A MAIL FROM domain belongs to SES’s bounces alone; mail for people there would be lost.",
    "used-in-from": "Bounces that are forwarded to an address on this domain go to SES and never reach a person.",
    "guessed": "This name answers like a MAIL FROM domain, but only the SES account can say that it is the one in use.",
    "lookup-failed": "Receivers that get no answer here cannot pass SPF for mail from SES.",
}
_MX = {
    "null": "The domain says that it takes no mail, so replies, bounces and reports to it are lost (RFC 7505).",
    "implicit": "Mail is then tried at the address of the website, where often nobody listens (RFC 5321 section 5.1).",
    "missing": "Nobody can reply to the mail, and some receivers distrust a sender that cannot be answered.",
    "target-bad": "Senders cannot deliver to a host like this, so mail to the domain may be lost (RFC 5321 section "
    "5.1, RFC 2181 section 10.3).",
    "domain-not-found": "Mail From a domain that does not exist is refused, and a reviewer stops here.",
    "lookup-failed": "Whether the domain can receive replies and reports is not known until its servers answer.",
}
_WEBSITE = {
    "no-address": "Reviewers open the website, and a broken one is among the usual reasons for a refusal.",
    "tls-invalid": "A reviewer’s browser shows a warning in place of the page.",
    "http-error": "Reviewers open the website, and this is what they get.",
    "parked": "A parked page shows no business, so the reviewer has nothing to go by.",
    "under-construction": "A website that is still being built is among the usual reasons for a refusal.",
    "default-page": "The server’s own welcome page shows no business, so the reviewer has nothing to go by.",
    "directory": "A list of files shows no business, so the reviewer has nothing to go by.",
    "redirect-loop": "Browsers give up on the page, and so does the reviewer.",
    "login-only": "A reviewer has no account, and sees nothing behind a login.",
    "error-page": "The page itself says that something is wrong, so to a reviewer the website is broken.",
    "no-answer": "Reviewers open the website, and nothing answers there.",
    "not-public": "A reviewer can open a public address alone.",
    "blocked-us": "The website may look fine to a person in a browser; a program was turned away.",
    "needs-script": "The page holds no text until a browser runs it, so it could not be read here.",
    "lookup-failed": "Without the website’s address nothing of it can be said.",
    "too-big": "The page was cut before it said what the business is.",
    "no-business-text": "The website should show clearly what the business does; a reviewer looks for it first.",
    "no-privacy": "Reviewers look for a privacy policy when mail goes to people who signed up.",
    "no-contact": "A business that can be found and reached is easier to believe.",
    "no-signup": "Reviewers look for the form by which people ask for the mail.",
    "other-organisation": "Website, domain and business should visibly belong together, or the reviewer must guess.",
    "http-only": "Browsers mark a page without TLS as not secure.",
    "not-html": "A reviewer expects a page that says what the business does.",
    "thin": "So little text leaves the reviewer to guess what the business does.",
}
_DOMAIN_AGE = {
    "under-7-days": "A domain that is only days old is among the usual reasons for a refusal; waiting a week helps.",
    "not-registered": "A domain that is not registered can send nothing, and anybody could register it.",
    "expired": "An expired domain can stop working any day, and somebody else may take it.",
    "on-hold": "The registry has taken the domain out of service, so its mail and website do not work.",
    "under-30-days": "A young domain has no reputation yet: reviewers look closer, and receivers accept less at first.",
    "expires-soon": "If it lapses, mail and website stop at once.",
    "no-rdap": "The registry could not be asked for the age; reviewers may still see it elsewhere.",
    "no-date": "The registry gives no usable date; reviewers may still see one elsewhere.",
    "rate-limited": "The registry answers a limited number of questions; the age can be asked for again later.",
}
_IDENTITY = {
    "not-found": "Asking for production access in a region where the domain is not verified is a common mistake.",
    "email-only": "A single verified address does not show that the domain is yours, and is not signed as it.",
    "pending": "SES sends for the domain only after it has seen its records.",
    "failed": "SES stopped looking for the records, and sends nothing for the domain until verification starts again.",
    "replica-broken": "The copy of the identity in another region does not work, so mail from there is refused.",
    "other-region-only": "Each region is separate: a verified domain in one says nothing in another.",
    "no-events": "Bounces and complaints then reach you as single mails to the Return-Path; a reviewer expects a "
    "process that acts on every one.",
    "no-default-config-set": "Mail sent without naming a configuration set reports no bounces or complaints to you.",
    "temporary": "SES itself could not finish looking; this usually passes.",
    "access-denied": "What SES holds about the domain is not known until the role may read it.",
}
_ACCOUNT = {
    "shutdown": "AWS has stopped sending for this account; a request cannot succeed before that is settled.",
    "probation": "The account is under review for its bounces or complaints, and AWS expects an answer to that first.",
    "sending-off": "Nothing is sent from this account and region while sending is paused.",
    "not-granted": "AWS asked for details or refused, and a second request is not accepted while that case stands.",
    "in-review": "A request is with AWS already; a second one is not accepted.",
    "suppression-off": "Reviewers ask how bounces and complaints are handled; the suppression list does it by itself.",
    "never-sent": "A first mail to the mailbox simulator shows that sending works before anybody depends on it.",
    "failed": "AWS never received the request, so nobody is looking at it.",
    "unreadable": "What AWS says about the account is not known until it can be read.",
    "region-off": "The region is not enabled for this AWS account, so nothing can be sent from it.",
}
_ROOMS = {
    "spf": _SPF,
    "dkim": _DKIM,
    "dmarc": _DMARC,
    "mail_from": _MAIL_FROM,
    "mx": _MX,
    "website": _WEBSITE,
    "domain_age": _DOMAIN_AGE,
    "identity": _IDENTITY,
    "account": _ACCOUNT,
}
REASONS = {f"{check}.{what}": sentence for check, sentences in _ROOMS.items() for what, sentence in sentences.items()}
"""Code to sentence."""


def reason(code: str) -> str:
    """The sentence for a code such as `spf.multiple`; empty for a code that needs none, or is not known here."""
    return REASONS.get(code, "")
