"""What Amazon SES expects to find in DNS for one identity, as far as it is known.

`checks` knows no AWS: a connected account (GetEmailIdentity), or a person with `--token`, fills this value in. Every
field may be unknown (None or empty); an unknown field is never judged.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expectations:
    """What SES expects for `identity` (the checked domain, or its nearest verified parent) in `region`.

    `tokens`: the three Easy DKIM tokens; `signing_zone`: SigningHostedZone, such as `dkim.amazonses.com`, None when not
    known (a token pasted by a person); `selector`: the selector of a domain that brings its own key (BYODKIM);
    `signing_enabled`, `dkim_status`, `key_bits`: SigningEnabled, DkimAttributes.Status and CurrentSigningKeyLength in
    bits. `mail_from`: the custom MAIL FROM domain, with its status and whether SES falls back to its own MAIL FROM when
    the MX is wrong (`mail_from_fallback`: BehaviorOnMxFailure is USE_DEFAULT_VALUE). `feedback_forwarding`:
    FeedbackForwardingStatus.
    Source: SES API v2, GetEmailIdentity.
    """

    identity: str
    region: str | None = None
    tokens: tuple[str, ...] = ()
    signing_zone: str | None = None
    selector: str | None = None
    signing_enabled: bool | None = None
    dkim_status: str | None = None
    key_bits: int | None = None
    mail_from: str | None = None
    mail_from_status: str | None = None
    mail_from_fallback: bool | None = None
    mail_from_told: bool = False
    """True when the MAIL FROM setting is known, so that `mail_from` None means "none is set"."""
    feedback_forwarding: bool | None = None
