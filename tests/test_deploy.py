"""What is deployed: templates that CloudFormation would take, and policies that name each action with its reason."""

# ruff: noqa: PLC0415 - the validators take seconds to import, in each process that collects the tests

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from prometheus_client import generate_latest

from handlers import metrics
from model import VERSION

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
SERVICES = {"ses": "sesv2", "servicequotas": "service-quotas"}
"""IAM's prefix to boto3's name, where it is another."""


@pytest.mark.parametrize("name", ["role.yaml", "events.yaml"])
def test_cloudformation_takes_the_template(name: str) -> None:
    import cfnlint

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
    text = (DEPLOY / "role.yaml").read_text().replace("!Ref RecordNames", '["acme.com", "*.acme.com"]')
    text = re.sub(r"!(\w+)", "", text.replace("${AWS::Partition}", "aws"))  # CloudFormation's own tags
    policy = yaml.safe_load(text)["Resources"][resource]["Properties"]["PolicyDocument"]
    assert policy["Statement"] == statements(name)


def test_reading_changes_nothing() -> None:
    assert all(re.fullmatch(r"\w+:(Get|List|Describe)\w+", action) for action in actions("iam-read.json"))


def test_compose_takes_the_file_and_runs_two_bots() -> None:
    from compose_spec.models import ComposeSpecification

    written = yaml.safe_load((ROOT / "compose.yaml").read_text())
    ComposeSpecification.model_validate(written)
    bot = written["services"]["bot"]
    assert bot["deploy"]["replicas"] == 2
    assert bot["read_only"] is True
    assert "password" not in str(written).lower().replace("postgres_password", ""), "no secret in plain"


def test_kubernetes_takes_the_manifests() -> None:
    import kubernetes_validate

    kinds = {}
    for written in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text()):
        kubernetes_validate.validate(written, "1.33", strict=True)
        kinds[written["kind"]] = written
    assert {"Deployment", "PodDisruptionBudget"} <= kinds.keys()
    assert "Secret" not in kinds, "no secret in plain"
    [container] = kinds["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert {"livenessProbe", "readinessProbe", "startupProbe"} <= container.keys()
    assert container["image"].rpartition(":")[2] == VERSION


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd reads its units where there is one")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = (DEPLOY / "ses-bot.service").read_text()
    unit = tmp_path / "ses-bot.service"
    unit.write_text(text.replace("/opt/ses-bot/.venv/bin/python", sys.executable))
    verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    complaints = [line for line in verified.stderr.splitlines() if unit.name in line]
    assert complaints == []


def test_each_alert_asks_for_what_the_bot_counts() -> None:
    [group] = yaml.safe_load((DEPLOY / "alerts.yaml").read_text())["groups"]
    counted = generate_latest(metrics._REGISTRY).decode()
    known = set(re.findall(r"^# TYPE (\w+)", counted, re.MULTILINE))
    assert len(group["rules"]) == 5
    for rule in group["rules"]:
        named = set(re.findall(r"ses_bot_\w+", rule["expr"]))
        assert {re.sub(r"_(bucket|total)$", "", name) for name in named} <= {
            re.sub(r"_total$", "", name) for name in known
        }, rule["alert"]


def test_one_version_is_named_everywhere() -> None:
    assert f'version = "{VERSION}"' in (ROOT / "pyproject.toml").read_text()
    assert f"\n## {VERSION}\n" in (ROOT / "CHANGELOG.md").read_text()
    assert f"to {VERSION}" in (ROOT / "UPGRADING.md").read_text()
