"""The interface keeps to its own description, whatever it is sent."""

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

from tests.web.api.conftest import Caller
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


def test_whatever_is_sent_the_answer_is_as_described(
    described: schemathesis.BaseSchema, centre: Caller, analyst: Caller
) -> None:
    start(centre)
    headers = {"Authorization": f"Bearer {centre.token}"}
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()
        tried += 1

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
            case.call_and_validate(headers=headers, checks=CHECKS)

        call()
    assert tried >= 12
