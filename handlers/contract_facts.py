"""What a contract notice (合同公示) says: amounts and dates, and nobody's personal data."""

from typing import Any

from handlers.context import OperatorContext
from models import contracts
from models.contract import Contract
from models.contract_errors import NoContractError
from models.flow.deadlines import end_of_period
from models.money import format_fen, in_capitals
from models.project import Project

PERIOD = "contract.publicity_period"


def contract_of(context: OperatorContext, project: Project) -> Contract:
    """Return the contract that both sides confirmed."""
    found = contracts.confirmed(context.session, project)
    if found is None:
        raise NoContractError
    return found


def contract_words(context: OperatorContext, project: Project) -> dict[str, object]:
    """Return what the template may name of the contract."""
    contract = contract_of(context, project)
    days = int(context.rules[PERIOD])
    ends = end_of_period(context.rules, context.calendar, days, context.clock())
    return {
        "winner": contract.contractor.name,
        "winner_code": contract.contractor.credit_code,
        "award_price": format_fen(contract.award_price),
        "award_capitals": in_capitals(contract.award_price),
        "contract_number": contract.number,
        "contract_price": format_fen(contract.contract_price),
        "contract_capitals": in_capitals(contract.contract_price),
        "signed_on": f"{contract.signed_on:%Y年%m月%d日}",
        "starts_on": f"{contract.starts_on:%Y年%m月%d日}",
        "contract_days": contract.duration_days,
        "publicity_period": days,
        "ends_at": f"{ends:%Y年%m月%d日 %H:%M}",
    }


def contract_facts(context: OperatorContext, project: Project) -> dict[str, Any]:
    """Return what programs read of the notice."""
    contract = contract_of(context, project)
    named = {"name": contract.contractor.name, "credit_code": contract.contractor.credit_code}
    return {
        "winner": named,
        "contract": contract.id,
        "price": contract.contract_price,
        "signed_on": contract.signed_on.isoformat(),
    }
