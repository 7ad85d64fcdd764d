"""A small flow with a form and a review, for the pages of cases and work items."""

import json

from models.identity.account import Account
from models.identity.party import Party
from models.ids import new_id
from models.session import unit_of_work
from tests.processes.diagrams import END, START, chain, escape, flow, lanes, node, process
from tests.processes.engine.world import BEGAN, add_form, found_world, publish

FILL = {
    "type": "default",
    "components": [
        {"type": "textfield", "key": "title", "label": "项目名称", "id": "f1",
         "validate": {"required": True, "maxLength": 20}},
        {"type": "number", "key": "days", "label": "计划工期", "id": "f2",
         "validate": {"min": 1, "max": 100}},
        {"type": "filepicker", "key": "budget_sheet", "label": "工程预算表", "id": "f3",
         "accept": ".pdf,.xlsx", "validate": {"required": True}},
    ],
}  # fmt: skip
REVIEW = {
    "type": "default",
    "components": [
        {"type": "radio", "key": "decision", "label": "结论", "id": "r1",
         "validate": {"required": True},
         "values": [{"value": "accepted", "label": "受理"},
                    {"value": "failed", "label": "要件不齐，退回"}]},
        {"type": "textarea", "key": "reasons", "label": "原因", "id": "r2",
         "validate": {"maxLength": 200}},
    ],
}  # fmt: skip


def task(name: str, title: str, instructions: str, **properties: str) -> str:
    given = "".join(
        f'<spiffworkflow:property name="{key}" value="{escape(value)}"/>'
        for key, value in properties.items()
    )
    return node(
        "userTask",
        name,
        "<bpmn:extensionElements>"
        f"<spiffworkflow:properties>{given}</spiffworkflow:properties>"
        "<spiffworkflow:instructionsForEndUser>"
        f"{instructions}</spiffworkflow:instructionsForEndUser></bpmn:extensionElements>",
        name=title,
    )


def small_flow() -> bytes:
    """Owner fills, centre reviews, and may send it back."""
    return process(
        lanes(项目业主="begin fill", 交易中心="review is_accepted finish"),
        START,
        task("fill", "填报项目需求", "请完整填写。", formJsonSchemaFilename="fill"),
        task(
            "review", "受理审核", "核对{title}的要件。",
            formJsonSchemaFilename="review", outcome="decision",
        ),
        node("exclusiveGateway", "is_accepted", name="是否受理", default="back"),
        END,
        chain("begin", "fill", "review", "is_accepted"),
        flow("is_accepted", "finish", 'decision == "accepted"', id="go"),
        flow("is_accepted", "fill", id="back"),
        id="small_flow",
    )  # fmt: skip


def found() -> None:
    """Store counties, roles, forms and the published flow."""
    found_world()
    add_form("fill", json.dumps(FILL).encode())
    add_form("review", json.dumps(REVIEW).encode())
    publish(small_flow())


def join_party(account: Account, name: str) -> str:
    """Make a party of this name and put an account into it."""
    party_id = new_id()
    with unit_of_work() as session:
        session.add(
            Party(
                id=party_id, name=name, credit_code=new_id()[:18], county_code="dazhou",
                created_at=BEGAN,
            )
        )  # fmt: skip
        session.flush()
        session.get_one(Account, account.id).party_id = party_id
    return party_id
