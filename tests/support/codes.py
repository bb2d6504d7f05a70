"""Every code a finding can carry, with the outcomes it may have: the catalogue that judges and views are held against.

P pass, W warn, F fail, U unknown. A pass with a note stands under P.
"""

_TABLE = """
spf.ok P
spf.missing FW
spf.multiple F
spf.syntax F
spf.unknown-modifier W
spf.too-many-lookups F
spf.lookups-near-limit W
spf.too-many-voids F
spf.void W
spf.include-none F
spf.mx-over-10 F
spf.plus-all F
spf.neutral-all W
spf.no-all W
spf.ptr W
spf.after-all W
spf.too-long W
spf.ses-not-needed P
spf.lookup-failed U
dkim.ses-ok P
dkim.ses-cname-missing F
dkim.ses-cname-wrong F
dkim.ses-cname-doubled F
dkim.ses-cname-flattened F
dkim.ses-target-empty P
dkim.signing-off F
dkim.gave-up F
dkim.key-1024 W
dkim.key-short FW
dkim.revoked FP
dkim.not-for-mail FW
dkim.malformed FW
dkim.testing W
dkim.ed25519-only W
dkim.none F
dkim.other-only W
dkim.cannot-tell U
dmarc.ok P
dmarc.missing F
dmarc.multiple FW
dmarc.not-dmarc FW
dmarc.malformed F
dmarc.invalid-tag W
dmarc.inert F
dmarc.no-p W
dmarc.no-rua F
dmarc.rua-invalid W
dmarc.rua-unauthorised W
dmarc.rua-not-told W
dmarc.rua-no-mail W
dmarc.blocks-ses F
dmarc.aspf-strict W
dmarc.adkim-strict FP
dmarc.org-split F
dmarc.obsolete-tag W
dmarc.lookup-failed UP
mail_from.ok P
mail_from.not-set W
mail_from.mx-missing FW
mail_from.mx-multiple FW
mail_from.mx-wrong-region FW
mail_from.spf-missing F
mail_from.spf-no-ses F
mail_from.gave-up F
mail_from.not-subdomain F
mail_from.receives-mail F
mail_from.used-in-from W
mail_from.guessed W
mail_from.lookup-failed U
mx.ok P
mx.null FW
mx.implicit W
mx.missing FW
mx.target-bad W
mx.domain-not-found F
mx.lookup-failed U
website.no-address F
website.tls-invalid F
website.http-error F
website.parked F
website.under-construction F
website.default-page F
website.directory F
website.redirect-loop F
website.login-only F
website.error-page F
website.no-answer F
website.not-public F
website.blocked-us U
website.needs-script U
website.lookup-failed U
website.too-big U
website.no-business-text W
website.no-privacy W
website.no-contact W
website.no-signup W
website.other-organisation W
website.http-only W
website.not-html W
website.thin W
domain_age.ok P
domain_age.under-7-days F
domain_age.not-registered F
domain_age.expired F
domain_age.on-hold F
domain_age.under-30-days W
domain_age.expires-soon W
domain_age.no-rdap U
domain_age.no-date U
domain_age.rate-limited U
identity.ok P
identity.not-found F
identity.email-only F
identity.pending F
identity.failed F
identity.replica-broken F
identity.other-region-only W
identity.no-events W
identity.no-default-config-set W
identity.temporary U
identity.access-denied U
account.shutdown F
account.probation F
account.sending-off F
account.not-granted F
account.production P
account.sandbox-ready P
account.in-review W
account.suppression-off W
account.never-sent W
account.failed W
account.unreadable U
account.region-off U
"""
_OUTCOMES = {"P": "pass", "W": "warn", "F": "fail", "U": "unknown"}

CODES: dict[str, frozenset[str]] = {
    code: frozenset(_OUTCOMES[letter] for letter in letters)
    for code, letters in (line.split() for line in _TABLE.strip().splitlines())
}
"""Code to the outcomes it may have, as `model.Outcome` spells them."""
