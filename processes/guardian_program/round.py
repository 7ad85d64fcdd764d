"""One round of a guardian: look at the log, then answer what waits, each thing on its own proof.

What was found good of the log is on disk before any share goes out, so that a guardian that dies in
between can never afterwards be shown another history.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.clock import Clock, iso
from models.errors import InvalidError, SmallworksError
from models.ledger import checkpoint
from models.ledger.checkpoint import CheckpointInvalidError, TreeHead
from models.ledger.continuity import REPLAYED, fault_of, text_of
from models.selection.guardian_check import CaseRefusedError, check, own_shares
from models.selection.guardian_keys import GuardianKey
from processes.guardian_program.door import Door
from processes.guardian_program.folder import Folder, State

CHUNK = 500
TRIED = ("floor", "draw_secret")
"""Bids and joiners are tried at the opening alone: before it their number is nobody's business."""

Asked = dict[str, Any]


class LogRefusedError(InvalidError):
    """The platform's log is not the one that was pinned, or not a continuation of it."""

    message = "拒绝开启：{fault}。没有交出任何份额，请立即报告监管部门。"


@dataclass
class Outcome:
    """What came of one round: sentences, and how it went."""

    texts: list[str] = field(default_factory=list)
    is_refused: bool = False
    is_away: bool = False


@dataclass(frozen=True)
class Guardian:
    """One guardian's program: its folder, its keys, its own clock, the way to the platform."""

    folder: Folder
    keys: Sequence[GuardianKey]
    clock: Clock
    platform: Door

    def round(self) -> Outcome:
        """Look once; never raises for what the platform does."""
        outcome = Outcome()
        try:
            head = self._log()
            asked = self.platform.get("")
            steps = self._steps(asked, head)
        except LogRefusedError as error:
            return Outcome([error.text], is_refused=True)
        except SmallworksError as error:
            return Outcome([error.text], is_away=True)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            return Outcome([f"平台的回答看不懂（{type(error).__name__}）"], is_away=True)
        for step in steps:
            _do(step, outcome)
        return outcome

    def _steps(self, asked: Asked, head: TreeHead) -> list[Callable[[], str]]:
        """Return what is to be done; one that fails keeps none of the others from being done."""
        if asked["name"] != self.keys[0].name:
            raise LogRefusedError(fault="令牌属于另一保管方，请换用自己的令牌")
        cases = [str(one) for one in asked["cases"]]
        steps: list[Callable[[], str]] = [
            lambda one=draw_id: self._release(one, head)  # type: ignore[misc]
            for draw_id in cases
        ]
        if asked["rehearsal"] is not None:
            steps.append(lambda: self._rehearse(asked["rehearsal"]))
        if asked["trials"]:
            steps.append(lambda: self._try(asked["trials"]))
        return steps

    def _log(self) -> TreeHead:
        """Return the newest checkpoint: signed by the pinned key, continuing the one seen last."""
        state, key = self.folder.state(), checkpoint.parse_key(self.folder.settings().log_key, "")
        text = self.platform.checkpoint()
        try:
            head = checkpoint.verify(text, key)
        except CheckpointInvalidError as error:
            raise LogRefusedError(
                fault=f"检查点不是日志公钥所签（{error.details['fault']}）"
            ) from error
        if head.origin != key.name:
            raise LogRefusedError(fault="检查点属于另一套系统的日志")
        if state.checkpoint:
            seen, _ = checkpoint.parse(state.checkpoint)
            kind = fault_of(seen, head, self.platform.consistency)
            if kind == REPLAYED:  # a proxy on the way may be late: go on with what was seen
                head, text = seen, state.checkpoint
            elif kind:
                raise LogRefusedError(fault=text_of(kind, seen, head))
        self.folder.keep(State(text, iso(self.clock())))
        return head

    def _release(self, draw_id: str, head: TreeHead) -> str:
        case = self.platform.get(f"/cases/{draw_id}?size={head.size}")
        envelopes = check(case, draw_id, head, self.clock())
        shares = list(own_shares(envelopes, self.keys).items())
        for start in range(0, len(shares), CHUNK):
            part = [{"commit": one, "share": share} for one, share in shares[start : start + CHUNK]]
            self.platform.post(f"/cases/{draw_id}/shares", {"shares": part})
        return f"已核对并交出 {len(shares)} 份（{draw_id}）"

    def _rehearse(self, told: Asked) -> str:
        envelope = told["envelope"]
        if envelope["ctx"]["kind"] != "rehearsal":
            raise CaseRefusedError("envelope")
        share = own_shares([envelope], self.keys).get(envelope["commit"])
        if not share:
            raise CaseRefusedError("envelope")
        self.platform.post(f"/rehearsals/{told['id']}", {"share": share})
        return "已完成演练"

    def _try(self, envelopes: list[Asked]) -> str:
        """Say of each share whether it opens; no share leaves this machine by it."""
        mine = [one for one in envelopes if one["ctx"]["kind"] in TRIED]
        tried = own_shares(mine, self.keys)
        if not tried:
            return "没有可试开的密封件"
        told = [{"commit": commit, "sound": bool(share)} for commit, share in tried.items()]
        self.platform.post("/trials", {"trials": told})
        bad = sum(not one["sound"] for one in told)
        return f"已试开 {len(told)} 份" + (f"，其中 {bad} 份打不开" if bad else "")


def _do(step: Callable[[], str], outcome: Outcome) -> None:
    try:
        outcome.texts.append(step())
    except CaseRefusedError as error:
        outcome.texts.append(error.text)
        outcome.is_refused = True
    except SmallworksError as error:
        outcome.texts.append(error.text)
        outcome.is_away = True
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        outcome.texts.append(f"平台的材料看不懂（{type(error).__name__}），没有交出任何份额。")
        outcome.is_refused = True
