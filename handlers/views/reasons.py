"""Why a finding matters: one sentence for every code that is not a pass.

A finding says what is wrong and by which standard; the sentence here says what comes of it at a reviewer of AWS, at a
mailbox provider or at Amazon SES, so that a person can decide how soon to act.
"""

_SPF = {
    "missing": "A reviewer looks for it, and Gmail and Yahoo ask every sender for SPF or DKIM and bulk senders for "
    "both.",
    "multiple": "Until one record is left, no mail of the domain passes SPF.",
    "syntax": "Until it is fixed, no mail of the domain passes SPF, not even from the senders it names.",
    "unknown-modifier": "Whoever it was meant to allow is not allowed, and nothing else points that out.",
    "too-many-lookups": "Senders named early in the record may pass while later ones fail, so the fault is noticed "
    "only when mail is lost.",
    "lookups-near-limit": "Included records change without notice: a few look-ups more in any of them, and mail begins "
    "to fail.",
    "too-many-voids": "Receivers that count empty look-ups refuse the record and others do not, so the same mail "
    "passes here and fails there.",
    "void": "An empty look-up usually names a host or a service that is gone; more than two can break the record.",
    "include-none": "Mail from senders named behind it fails, although the record looks complete.",
    "mx-over-10": "Receivers that keep to the limit treat the whole record as broken.",
    "plus-all": "Reviewers and spam filters read it as an invitation to forge the domain.",
    "neutral-all": "SPF then gives receivers no reason to distrust a forger.",
    "no-all": "A forger is then treated like any unknown sender, and telling them apart is what SPF is for.",
    "ptr": "Some receivers skip the term, so mail that depends on it passes at one and fails at another.",
    "after-all": "Mail from those senders fails SPF, although the record seems to allow them.",
    "too-long": "A receiver that cannot fetch a long answer sees no SPF record, and such failures are hard to notice.",
    "lookup-failed": "A receiver that gets no answer either defers the mail or goes on without SPF.",
}
_DKIM = {
    "ses-cname-missing": "SES verifies the domain by these records and changes between their keys, so all three are "
    "needed for good.",
    "ses-cname-wrong": "Signatures are checked against the key that the record leads to, so with a wrong one they "
    "fail.",
    "ses-cname-doubled": "Nobody looks at the doubled name: to SES and to receivers the record does not exist.",
    "ses-cname-flattened": "SES changes its keys behind the CNAME, so a copy or a proxy breaks it now or at the next "
    "change.",
    "signing-off": "DMARC then rests on SPF alone, or on nothing; Gmail and Yahoo ask bulk senders for both.",
    "gave-up": "Publishing the records is no longer enough by itself: SES has to be asked to look again.",
    "key-1024": "Receivers accept it today; RFC 8301 section 3.2 asks senders for 2048 bits.",
    "key-short": "Receivers must not accept so short a key, so the mail counts as unsigned (RFC 8301 section 3.2).",
    "revoked": "Mail that is still signed with this key fails DKIM everywhere (RFC 6376 section 3.6.1).",
    "not-for-mail": "Receivers must ignore the key for email, so the mail counts as unsigned (RFC 6376 section 3.6.1).",
    "malformed": "A key that cannot be read verifies nothing, so the mail counts as unsigned.",
    "testing": "While it says so, signed mail may be treated like unsigned mail (RFC 6376 section 3.6.1).",
    "ed25519-only": "To a receiver that knows RSA alone the mail is unsigned, so senders sign with both.",
    "none": "A reviewer expects at least one DKIM signature, and Gmail and Yahoo require one from bulk senders.",
    "other-only": "The key of another provider does not sign the mail that SES sends.",
    "cannot-tell": "A reviewer expects DKIM, and selectors cannot be listed in DNS, so only SES’s tokens settle it.",
}
_DMARC = {
    "missing": "Reviewers look for a DMARC record, and Gmail and Yahoo require one from bulk senders.",
    "multiple": "A policy that receivers discard protects no one, and no reports are sent for it.",
    "not-dmarc": "Receivers and reviewers look for DMARC at this name, and find something else.",
    "malformed": "To receivers and to a reviewer it is as if no DMARC record stood there.",
    "invalid-tag": "A policy that cannot be read protects no one, and checkers report the record as broken.",
    "inert": "To a receiver it is as if the domain had no DMARC at all.",
    "no-p": "A reviewer may use one of the older checkers, and see a broken record.",
    "no-rua": "Without reports you cannot see who sends as the domain; a reviewer looks for p=none with a rua address.",
    "rua-invalid": "Reports then go nowhere, and you cannot see who sends as the domain.",
    "rua-unauthorised": "Without reports you cannot see who sends as the domain, or that something began to fail.",
    "rua-not-told": "Receivers ask the same question, and send no reports while they get no answer.",
    "rua-no-mail": "Reports that cannot be delivered are lost, and you cannot see who sends as the domain.",
    "blocks-ses": "Mail that SES sends today would land in spam or be refused, and a reviewer can see that in DNS.",
    "aspf-strict": "The MAIL FROM domain of SES is always a subdomain, so under strict alignment SPF never counts for "
    "DMARC.",
    "adkim-strict": "SES signs with the verified domain, and under strict alignment that does not count for another "
    "domain in From.",
    "org-split": "What passes for the one organization does not count for mail From the other.",
    "obsolete-tag": "Receivers that follow RFC 9989 skip it and older ones do not, so the record means different "
    "things to them.",
    "lookup-failed": "A receiver that gets no answer may defer the mail, or go on without a policy.",
}
_MAIL_FROM = {
    "not-set": "With one, SPF counts for DMARC too, and mail still passes on the day a DKIM key breaks.",
    "mx-missing": "Bounces travel by this record, and without it SES does not use the domain.",
    "mx-multiple": "SES takes more than one MX for a failed setup, and does not use the domain.",
    "mx-wrong-region": "SES accepts only the bounce host of the region that sends, and does not use the domain.",
    "spf-missing": "SPF at this name is what receivers check, so DMARC rests on DKIM alone.",
    "spf-no-ses": "SPF fails for the mail that SES sends, so DMARC rests on DKIM alone.",
    "gave-up": "Publishing the records is no longer enough by itself: SES has to be asked to look again.",
    "not-subdomain": "SPF at a name outside the domain does not align, so it does not count for DMARC.",
    "receives-mail": "Bounces of SES and mail for people cannot share a name: one or the other would be lost.",
    "used-in-from": "A bounce that reaches no one is not acted on, and AWS watches how senders act on bounces.",
    "guessed": "Only the SES account can say that this is the name in use.",
    "lookup-failed": "Receivers that get no answer here cannot pass SPF for mail from SES.",
}
_MX = {
    "null": "Replies, bounces and reports to the domain are refused, and some receivers distrust a sender that takes "
    "no mail.",
    "implicit": "That address is often only a website, where replies and reports are lost.",
    "missing": "Nobody can reply, and some receivers distrust a sender that cannot be answered.",
    "target-bad": "Mail to the domain may be lost on the way, replies and reports among it.",
    "domain-not-found": "Mail From a domain that does not exist is refused, and a reviewer stops here.",
    "lookup-failed": "Whether replies and reports can reach the domain is not known until its servers answer.",
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
    "error-page": "The page shows an error, so to a reviewer the website is broken.",
    "empty": "A reviewer opens the website to see what the business does, and finds nothing to judge.",
    "no-answer": "Reviewers open the website, and nothing answers there.",
    "not-public": "A reviewer sits outside your network, and sees only what is public.",
    "blocked-us": "The website may look fine to a person in a browser; a program could not see it.",
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
    "expired": "An expired domain can stop working any day, and someone else may take it.",
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
    "not-granted": "AWS either needs more details or has refused. It takes no second request while that case is open.",
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
