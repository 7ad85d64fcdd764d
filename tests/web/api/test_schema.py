"""The interface keeps to its own description, whatever it is sent."""

import itertools

import pytest
import schemathesis
from flask_openapi3 import OpenAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.api.conftest import Caller, Program
from tests.web.api.test_flow import start

OURS = "^/api/v1/(definitions|instances|work-items|operators)"
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = 12
"""Calls per operation: enough to meet every kind of wrong value, few enough to run each time."""


@pytest.fixture
def described(app: OpenAPI, linear5: str) -> schemathesis.BaseSchema:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return schema.include(path_regex=OURS)


def real_ids(caller: Caller) -> dict[str, str]:
    """Return ids that exist, so that what is sent meets more than "not found"."""
    instance = start(caller)
    item = next(
        each["id"]
        for each in caller("GET", "/work-items?limit=200").get_json()["items"]
        if each["instance"] == instance
    )
    return {"item_id": item, "instance_id": instance, "key": "linear5", "version": "1"}


def send_everything(operation: schemathesis.APIOperation, caller: Caller) -> None:
    """Call one operation with generated requests, every other time about things that exist."""
    headers = {"Authorization": f"Bearer {caller.token}"}
    turn = itertools.count()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def call(case: schemathesis.Case) -> None:
        if case.path_parameters and next(turn) % 2:
            known = real_ids(caller)
            case.path_parameters = {name: known[name] for name in case.path_parameters}
        case.call_and_validate(headers=headers, checks=CHECKS)

    call()


def test_whatever_is_sent_the_answer_is_as_described(
    described: schemathesis.BaseSchema, program: Program
) -> None:
    caller = program("everything", "trading_centre", "analyst", county="*")
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= 12
    for operation in operations:
        send_everything(operation, caller)
