"""The checks of what AWS says: is the domain an identity of SES, and may its account send?"""

from checks import account, identity
from checks.check import CheckContext, CheckResult, left_out

_WHAT = "SES identity and account"


async def check_ses(context: CheckContext) -> CheckResult:
    """Judges the identity and the account, as far as AWS can be asked."""
    view = await context.aws()
    if view is None:
        return CheckResult(note=left_out(_WHAT, "AWS did not answer in time"))
    if view.why_not:
        return CheckResult(note=left_out(_WHAT, view.why_not))
    return CheckResult((*identity.judge(context.domain, view), *account.judge(view)))
