"""What the steps of a contract's signing share: the award it is measured by, and who is told."""

from dataclasses import dataclass

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.sms import send_sms
from models import contracts
from models.clock import iso
from models.contract_errors import NoWinnerError
from models.identity.party import Party
from models.money import format_fen
from models.project import Project


@dataclass(frozen=True, kw_only=True)
class SigningResult:
    """What the forms show, until when to sign, and why the last round came back."""

    award_price: int
    award_shown: str
    project_number: str
    contractor: str
    sign_by: str
    reasons: str | None


def signing_of(context: OperatorContext, reasons: str | None) -> SigningResult:
    """Return what the forms of the signing show."""
    project = project_of(context)
    award = award_of(context, project)
    return SigningResult(
        award_price=award.price,
        award_shown=format_fen(award.price),
        project_number=project.number,
        contractor=winner_of(context, project).name,
        sign_by=iso(award.sign_by),
        reasons=reasons,
    )


def award_of(context: OperatorContext, project: Project) -> contracts.Award:
    """Return the award that the contract is measured by."""
    return contracts.award_of(
        context.session, project, context.rules, context.calendar, context.clock()
    )


def winner_of(context: OperatorContext, project: Project) -> Party:
    """Return whom the owner signs with."""
    if project.winner_id is None:
        raise NoWinnerError
    return context.session.get_one(Party, project.winner_id)


def tell(context: OperatorContext, template: str, text: str, party: Party) -> None:
    """Owe a party one text message."""
    if party.mobile:
        send_sms(context, template, text, party.mobile, party_id=party.id)
