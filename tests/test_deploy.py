"""What is deployed: templates that CloudFormation would take, and policies that name each action with its reason."""

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import cfnlint
import pytest
import yaml

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SERVICES = {"ses": "sesv2", "servicequotas": "service-quotas"}
"""IAM's prefix to boto3's name, where it is another."""


@pytest.mark.parametrize("name", ["role.yaml", "events.yaml"])
def test_cloudformation_takes_the_template(name: str) -> None:
    assert cfnlint.lint_file(DEPLOY / name) == []


def statements(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DEPLOY / name).read_text())["Statement"]
    return found


def actions(name: str) -> list[str]:
    given = [one["Action"] for one in statements(name)]
    return [action for each in given for action in ([each] if isinstance(each, str) else each)]


@pytest.mark.parametrize("name", ["iam-read.json", "iam-operate.json"])
def test_each_action_exists_and_is_argued_for(name: str) -> None:
    loader = botocore.session.get_session()
    argued = (DEPLOY / "README.md").read_text()
    for action in actions(name):
        prefix, _, operation = action.partition(":")
        assert operation in loader.get_service_model(SERVICES.get(prefix, prefix)).operation_names, action
        assert f"`{action}`" in argued, f"{action} has no reason"


@pytest.mark.parametrize(("name", "resource"), [("iam-read.json", "Read"), ("iam-operate.json", "Operate")])
def test_the_role_has_the_same_policies(name: str, resource: str) -> None:
    text = re.sub(r"!(\w+)", "", (DEPLOY / "role.yaml").read_text())  # CloudFormation's own tags
    policy = yaml.safe_load(text)["Resources"][resource]["Properties"]["PolicyDocument"]
    assert policy["Statement"] == statements(name)


def test_reading_changes_nothing() -> None:
    assert all(re.fullmatch(r"\w+:(Get|List|Describe)\w+", action) for action in actions("iam-read.json"))
