"""Why a finding matters, in one sentence: what a reviewer at AWS or a mailbox provider makes of it."""

_REASONS: dict[str, str] = {}


def reason(code: str) -> str:
    return _REASONS.get(code, "")
