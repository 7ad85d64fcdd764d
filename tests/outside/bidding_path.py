"""A bidding from beginning to end, played by programs over HTTP alone; each seals by itself."""

import json
from dataclasses import dataclass, field

from tests.outside import sealing
from tests.outside.path import Path

PERSON = {"name": "韩知远", "position": "柳河镇人民政府项目负责人", "part": "set"}


@dataclass
class BiddingPath(Path):
    """One bidding and what its programs remember of it."""

    printed: str = ""
    tickets: dict = field(default_factory=dict)
    guardians: list = field(default_factory=list)

    @property
    def link(self):
        return f"/api/v1/projects/{self.project}"

    def seal(self, kind, holder, value):
        """Seal a value of this project."""
        context = {"project": self.project, "kind": kind, "holder": holder}
        return sealing.seal(context, value, self.guardians)

    def seal_floor(self, fen):
        """Seal the floor as the owner and complete the step."""
        owner = self.program("dz.owner")
        item = self.item("dz.owner", "seal_floor")
        owner.post(f"/api/v1/work-items/{item}/claim")
        self.guardians = owner.get(f"{self.link}/sealing?kind=floor").json["guardians"]
        envelope = self.seal("floor", "owner", {"fen": fen})
        body = {"envelope": envelope, "undertakings": [PERSON]}
        answer = owner.call("PUT", f"{self.link}/floor", body)
        assert answer.status == 201, answer.body.decode()
        self.printed = envelope["commit"]
        self.done("dz.owner", "seal_floor", {"floor_sealed": True})

    def announce_bidding(self, freeze_at, begins, closes, opens):
        """Publish the notice; the floor's commitment is printed on its page, and its value not."""
        times = {"freeze_at": freeze_at, "bidding_from": begins, "bidding_until": closes}
        self.done("dz.centre", "draft_bidding_notice", times | {"selection_at": opens})
        self.done("dz.centre", "publish_notice", {"notice_decision": "publish"})
        visitor = self.program("")
        notices = visitor.get("/api/v1/public/notices?kind=tender_notice").json["items"]
        notice = next(one for one in notices if one["project"] == self.project)
        page = visitor.get(f"/notices/{notice['id']}").body.decode()
        assert self.printed in page.replace(" ", "")

    def join(self, who, org=""):
        """Join and remember the ticket, which holds the bids."""
        answer = super().join(who, org)
        self.tickets[who] = answer.json["ticket"]
        return answer

    def bid(self, who, fen, seq=1):
        """Seal a bid and hand it in."""
        return self.hand_in(who, self.seal("bid", self.tickets[who], {"fen": fen, "seq": seq}))

    def hand_in(self, who, envelope):
        """Hand in what somebody takes for a sealed bid."""
        return self.program(who).post(f"{self.link}/bids", {"envelope": envelope})

    def open_bids(self):
        self.done("dz.selector", "open_bids", {"officer_opens": True})
        self.done("dz.monitor", "confirm_bids", {"monitor_confirms": True})

    def transcript(self):
        """Return the answer to whoever asks for the opening."""
        return self.program("").get(f"/api/v1/public/projects/{self.project}/opening")

    def root_in_log(self):
        """Return the head of the list of bids that the log holds since the close."""
        entries = (json.loads(one) for one in self.whole_log())
        closed = next(one for one in entries if one["action"] == "auction:closed")
        return closed["after"]["root"]
