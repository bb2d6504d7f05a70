"""Records as a change batch for `aws route53 change-resource-record-sets`.

A set that DNS shows is replaced by one that keeps its other values (UPSERT). Where DNS shows none, CREATE: Route 53
then refuses to write over what ses-bot has not seen. Source: Route 53 API, ChangeResourceRecordSets.
"""

import json

from checks.exports.sets import TTL, ExportSet, Plan
from model.zone import presentation


def write(plan: Plan) -> str:
    """The batch, as the `--change-batch` of the AWS CLI takes it."""
    batch = {"Comment": f"Records for {plan.domain}, by ses-bot"[:256], "Changes": [_change(one) for one in plan.sets]}
    return json.dumps(batch, indent=2) + "\n"


def _change(one: ExportSet) -> dict[str, object]:
    values = [{"Value": presentation(record)} for record in one.records]
    named = {"Name": f"{one.name}.", "Type": one.type, "TTL": TTL, "ResourceRecords": values}
    return {"Action": "UPSERT" if one.there else "CREATE", "ResourceRecordSet": named}
