"""Start, completion and acceptance of a project's works: found, and checked for what they say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.completion import Completion
from models.contract import Contract
from models.contract_errors import AcceptanceInvalidError, StartInvalidError
from models.money import format_fen

SHORTEST = 5


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """An acceptance as the owner filled it in, or with the settlement that the auditor found."""

    completed_on: date
    accepted_on: date
    audited_settlement: int
    settlement_reason: str


def of_project(session: Session, project_id: str) -> Completion | None:
    """Return the project's works as far as they are registered."""
    return session.scalar(select(Completion).where(Completion.project_id == project_id))


def check_start(
    contract: Contract, started_on: date, today: date, entrusted_on: date | None = None
) -> None:
    """Raise unless the works began after the contract was signed, and not in the future.

    Emergency works begin with the entrusting; their contract follows.
    """
    if started_on > today:
        text = f"开工日期不能晚于今天（{today}），请在实际开工后登记。"
        raise StartInvalidError({"started_on": text})
    if entrusted_on is not None and started_on < entrusted_on:
        text = f"开工日期早于确定施工单位的{entrusted_on}，请核对实际开工日期。"
        raise StartInvalidError({"started_on": text})
    if entrusted_on is None and started_on < contract.signed_on:
        text = f"开工日期早于合同签订日期{contract.signed_on}，请核对实际开工日期。"
        raise StartInvalidError({"started_on": text})


def check_acceptance(given: Acceptance, row: Completion, contract: Contract, today: date) -> None:
    """Raise with everything that does not fit, each at its field."""
    found = dict(_dates(given, row, contract, today))
    price = contract.contract_price
    if given.audited_settlement > price and len(given.settlement_reason) < SHORTEST:
        found["settlement_reason"] = (
            f"结算金额{format_fen(given.audited_settlement)}高于合同价{format_fen(price)}，"
            f"请说明变更、签证等依据，至少{SHORTEST}个字。"
        )
    if found:
        raise AcceptanceInvalidError(found)


def _dates(
    given: Acceptance, row: Completion, contract: Contract, today: date
) -> Iterator[tuple[str, str]]:
    if given.completed_on < row.started_on:
        yield "completed_on", f"竣工日期早于开工日期{row.started_on}，请核对后填写。"
    if given.accepted_on < contract.signed_on <= row.started_on:
        text = f"验收日期早于合同签订日期{contract.signed_on}，请核对后填写。"
        yield "accepted_on", text
    elif given.accepted_on < given.completed_on:
        yield "accepted_on", f"验收日期早于竣工日期{given.completed_on}，请核对后填写。"
    if given.accepted_on > today:
        yield "accepted_on", f"验收日期不能晚于今天（{today}），请在实际验收后登记。"
