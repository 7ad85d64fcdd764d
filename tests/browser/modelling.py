"""What somebody does in the modeller, in the words on the screen."""

import itertools

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from models.flow.proposal import Proposal
from models.identity.account import Account
from models.identity.actor import Actor
from models.session import reading, unit_of_work
from processes import proposals
from tests.browser.workbench import COUNTY

FLOW = "random_selection"
PATH = f"diagrams/{FLOW}.bpmn"

CHOOSE = """(id) => {
  const { modeler } = document.querySelector('[data-modeller]');
  const element = modeler.get('elementRegistry').get(id);
  modeler.get('canvas').scrollToElement(element, 200);
  modeler.get('selection').select(element);
}"""

KEPT = "() => !document.querySelector('[data-modeller]').desk.saver.unsaved"


class Desk:
    """The modeller opened by somebody in a proposal."""

    def __init__(self, page: Page, proposal: str) -> None:
        self.page, self.proposal = page, proposal
        self.panel = page.locator("[data-part=panel]")
        self.findings = page.locator("[data-part=findings]")
        self.state = page.locator("[data-file-state]")

    def open(self, flow: str) -> "Desk":
        """Open a flow and wait until it can be drawn on."""
        self.page.goto(f"/modeller/{self.proposal}/{flow}")
        self.page.locator("[data-modeller][data-ready=true]").wait_for()
        return self

    def choose(self, element: str) -> None:
        """Choose an element as a click on it does."""
        self.page.evaluate(CHOOSE, element)

    def field(self, label: str) -> Locator:
        """Return a control of the panel by its label."""
        return self.panel.get_by_label(label, exact=True).or_(
            self.panel.get_by_label(f"*{label}", exact=True)
        )

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.field(label).fill(text)

    def find(self, label: str, words: str) -> None:
        """Choose from a long list by some words."""
        field = self.field(label)
        field.fill(words)
        self.panel.get_by_role("option").filter(has_text=words).first.wait_for()
        field.press("Enter")

    def act(self, name: str) -> None:
        """Press a button of the bar."""
        self.page.locator(f"[data-act={name}]").click()

    def settled(self) -> None:
        """Wait until the server has what stands on the page."""
        self.page.evaluate("document.querySelector('[data-modeller]').flush()")
        self.page.wait_for_function(KEPT)
        expect(self.state).to_contain_text("保存")


def who(username: str) -> Actor:
    """Return an analyst of every county by the name of the account."""
    with reading() as session:
        row = session.scalars(select(Account).where(Account.username == username)).one()
        grants = frozenset({("analyst", "*")})
        return Actor(account_id=row.id, name=row.name, username=username, grants=grants)


def a_proposal(files: dict[str, str] | None = None) -> str:
    """Make a proposal with some files already changed and return its id."""
    with unit_of_work() as session:
        made = proposals.create(session, COUNTY, "试画", who("analyst"))
        for path, text in (files or {}).items():
            body = text.encode()
            proposals.save_file(session, made, path, body, version=0, actor=who("analyst"))
        return made.id


def saved(proposal_id: str, path: str = PATH) -> str:
    """Return the file as the server has it."""
    with reading() as session:
        proposal = session.get_one(Proposal, proposal_id)
        return proposals.read_file(session, COUNTY, path, proposal).body.decode()


def put_by_another(proposal_id: str, text: str) -> None:
    """Save the diagram as somebody else does meanwhile."""
    with unit_of_work() as session:
        row = session.get_one(Proposal, proposal_id)
        version = proposals.read_file(session, COUNTY, PATH, row).version
        body, other = text.encode(), who("publisher")
        proposals.save_file(session, row, PATH, body, version=version, actor=other)


def large_diagram(steps: int) -> str:
    """Return a straight flow of many manual steps, drawn in rows."""
    ids = ["begin", *(f"step_{one}" for one in range(steps)), "finish"]
    kinds = ["startEvent", *["manualTask"] * steps, "endEvent"]
    nodes = "".join(
        f'<bpmn:{kind} id="{one}" name="{one}"/>' for kind, one in zip(kinds, ids, strict=True)
    )
    pairs = list(itertools.pairwise(ids))
    flows = "".join(
        f'<bpmn:sequenceFlow id="flow_{one}" sourceRef="{one}" targetRef="{two}"/>'
        for one, two in pairs
    )
    places = {
        one: (100 + place % 25 * 150, 100 + place // 25 * 120) for place, one in enumerate(ids)
    }
    shapes = "".join(
        f'<bpmndi:BPMNShape id="{one}_di" bpmnElement="{one}">'
        f'<dc:Bounds x="{x}" y="{y}" width="100" height="80"/></bpmndi:BPMNShape>'
        for one, (x, y) in places.items()
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="flow_{one}_di" bpmnElement="flow_{one}">'
        f'<di:waypoint x="{places[one][0] + 100}" y="{places[one][1] + 40}"/>'
        f'<di:waypoint x="{places[two][0]}" y="{places[two][1] + 40}"/></bpmndi:BPMNEdge>'
        for one, two in pairs
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="large">'
        f'<bpmn:process id="large" name="很大的流程" isExecutable="true">{nodes}{flows}</bpmn:process>'
        f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="p" bpmnElement="large">{shapes}{edges}'
        "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )
