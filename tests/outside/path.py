"""A selection from beginning to end, played by programs over HTTP alone."""

import re
import secrets
from dataclasses import dataclass, field

from tests.outside import sealing
from tests.outside.draw_check import KNOWN_LABEL, Hash, lp

PAPER = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 4>>\nstartxref\n0\n%%EOF\n"
)
REQUIREMENT = {
    "title": "柳河镇码头护栏更换工程",
    "works_type": "房屋建筑",
    "location": "柳河镇码头",
    "scope": "拆除锈蚀护栏120米，按原样制作安装并刷漆。",
    "ceiling_price": 183_600,
    "duration_days": 30,
    "funding": "县级财政，已落实",
    "qualification": "building_general",
    "level": "3",
    "is_truthful": True,
}
COMPLETE = dict.fromkeys(("check_application", "check_budget", "check_quantities"), "complete")
PAPERS = ("stamped_application", "budget_sheet", "bill_of_quantities")


@dataclass
class Path:
    """One case and what its programs remember of it."""

    program: object
    clock: object
    instance: str = ""
    project: str = ""
    draw: str = ""
    secrets: dict = field(default_factory=dict)

    def item(self, who, step, instance=""):
        """Return the open item of a step, of the project's case or of another."""
        case = self.program(who).get(f"/api/v1/instances/{instance or self.instance}").json
        return next(one["id"] for one in case["work_items"] if one["step"] == step)

    def done(self, who, step, form, instance=""):
        """Finish the open item of a step."""
        item = self.item(who, step, instance)
        answer = self.program(who).post(f"/api/v1/work-items/{item}/complete", {"form": form})
        assert answer.status == 200, answer.body.decode()

    def register(self, flow="random_selection"):
        """Start the case as the owner, stamp the form and hand in, have it accepted."""
        owner = self.program("dz.owner")
        asked = {"flow": flow, "county": "dazhou", "data": {}}
        self.instance = owner.post("/api/v1/instances", asked).json["id"]
        self.done("dz.owner", "fill_requirement", REQUIREMENT)
        self.clock("2026-11-09T09:01")
        papers = {kind: self.uploaded("dz.owner", kind) for kind in PAPERS}
        self.done("dz.owner", "stamp_application", {"application_choice": "hand_in"} | papers)
        self.done("dz.centre", "intake_review", COMPLETE | {"decision": "accepted"})

    def uploaded(self, who, name):
        """Upload a paper and return what a form's file field holds."""
        told = self.program(who).upload(f"{name}.pdf", PAPER, county="dazhou").json
        return [{"id": told["id"], "sha256": told["sha256"]}]

    def appoint(self):
        """Name two people, who seal their secrets themselves."""
        items = self.program("dz.owner").every("/api/v1/work-items")
        item = next(one for one in items if one["step"] == "name_people")
        self.project = item["project"]
        lists = self.program("dz.owner").get(f"/api/v1/work-items/{item['id']}").json["data"]
        people = {
            role: lists[f"accounts_of_{role}"][0]["value"]
            for role in ("selection_officer", "monitor")
        }
        self.done("dz.owner", "name_people", people)
        self.confirm()

    def confirm(self):
        """Let both people confirm, each with a secret of their own."""
        for who, step, tick in (
            ("dz.selector", "confirm_officer", "officer_accepts"),
            ("dz.monitor", "confirm_monitor", "monitor_accepts"),
        ):
            self.done(who, step, {tick: True, "draw_secret": self._sealed(who)})

    def _sealed(self, who):
        link = f"/api/v1/projects/{self.project}/sealing?kind=draw_secret"
        told, secret = self.program(who).get(link).json, secrets.token_bytes(32)
        self.secrets[told["role"]], self.draw = secret.hex(), told["draw"]
        commit = Hash(told["alg"]).of(
            KNOWN_LABEL + b"commit",
            *map(lp, (told["draw"].encode(), told["role"].encode(), secret)),
        )
        envelope = sealing.seal(told["ctx"], {"secret": secret.hex()}, told["guardians"])
        return {"commit": commit.hex(), "envelope": envelope}

    def announce(self, freeze_at, selection_at):
        """Publish the notice and return the hash printed on its page."""
        times = {"freeze_at": freeze_at, "selection_at": selection_at}
        self.done("dz.centre", "draft_notice", times)
        self.done("dz.centre", "publish_notice", {"notice_decision": "publish"})
        visitor = self.program("")
        notices = visitor.get("/api/v1/public/notices?kind=tender_notice").json["items"]
        # the newest comes first: of a second round its own
        notice = next(one for one in notices if one["project"] == self.project)
        page = visitor.get(f"/notices/{notice['id']}").body.decode()
        return re.search("[0-9a-f]{64}", page)[0]

    def join(self, who, org=""):
        """Join; with a credit code by an envelope of one's own, which names its company."""
        program, link = self.program(who), f"/api/v1/projects/{self.project}"
        if not org:
            return program.post(f"{link}/interest", {"accept": True})
        told = program.get(f"{link}/sealing?kind=interest").json
        blind = secrets.token_bytes(32)
        commit = Hash(told["alg"]).of(KNOWN_LABEL + b"org", lp(org.encode()), lp(blind)).hex()
        value = {"org": org, "blind": blind.hex(), "at": "2026-11-09T10:00:00+08:00"}
        envelope = sealing.seal(told["ctx"], value, told["guardians"])
        return program.post(
            f"{link}/interest", {"accept": True, "org_commit": commit, "envelope": envelope}
        )

    def give_back(self, who):
        """Let the winner give the award back, the centre accept, the owner repeat."""
        asked = {"flow": "winner_decline", "county": "dazhou", "data": {"about": self.instance}}
        case = self.program(who).post("/api/v1/instances", asked).json["id"]
        form = {
            "decline_choice": "decline",
            "decline_reason": "项目经理离职，近期无法按要求组织施工。",
            "decline_letter": self.uploaded(who, "decline_letter"),
            "decline_understood": True,
        }
        self.done(who, "declare_decline", form, case)
        answer = {"decline_review": "accepted", "review_reason": "声明属实。"}
        self.done("dz.centre", "review_decline", answer, case)
        self.clock("2026-11-13T17:00")
        again = {"after_failure": "repeat", "failure_reason": "工程仍须实施。"}
        self.done("dz.owner", "decide_after_decline", again)
        self.confirm()

    def hold(self):
        self.done("dz.selector", "open_draw", {"officer_opens": True})
        self.done("dz.monitor", "confirm_opening", {"monitor_confirms": True})

    def publish(self):
        """Publish the result and return the proof's bytes."""
        self.done("dz.centre", "publish_result", {"result_checked": True})
        return self.proof().body

    def proof(self):
        return self.program("").get(f"/api/v1/public/draws/{self.draw}/proof")

    def whole_log(self):
        """Return every published entry of the log."""
        entries, start = [], "0"
        while start is not None:
            link = f"/api/v1/public/log/entries?from={start}&limit=200"
            page = self.program("").get(link).json
            entries += [one["entry"] for one in page["items"]]
            start = page["next"]
        return entries
