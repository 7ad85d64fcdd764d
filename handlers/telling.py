"""Messages in words of the diagram's own, to whoever plays a role in the case."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from handlers.context import OperatorContext
from handlers.registry import operator
from handlers.sms import send_sms
from models.errors import InvalidError
from models.flow.instance import Instance
from models.identity.account import Account, Grant
from models.identity.actor import EVERYWHERE
from models.identity.party import Party
from models.message import tell_accounts

TEMPLATE = "own_words"
MAX_WORDS = 300
MOST_TOLD = 50
UNREACHED = "message:unreached"


class WordsMissingError(InvalidError):
    """The diagram gives no words, or too many for a text message."""

    message = f"短信内容须有1至{MAX_WORDS}字，请流程分析员改正这一步的参数。"


@dataclass(frozen=True, kw_only=True)
class TellParams:
    """Which role of the case is told, in which words."""

    role: str = field(metadata={"label": "告知角色", "of": "role"})
    text: str = field(metadata={"label": "内容"})


@operator("message.tell", title="告知（自拟文字）")
def tell(params: TellParams, context: OperatorContext) -> int:
    """Tell whom the case names for a role, else whoever began it in it, else all who hold it.

    Who is named and cannot be reached is told by nobody else: the log says so, the count is 0.
    """
    words = str(params.text).strip()
    if not words or len(words) > MAX_WORDS:
        raise WordsMissingError
    party_id = context.case.parties.get(params.role)
    if party_id:
        told = _tell_party(context, party_id, words)
    else:
        told = _tell_people(context, _holders(context, params.role), words)
    if not told:
        context.log(UNREACHED, context.case.instance_id, after={"role": params.role})
    return told


def _tell_party(context: OperatorContext, party_id: str, words: str) -> int:
    """Tell this party, by its own number or else through its own people, and nobody else."""
    party = context.session.get(Party, party_id)
    if party is not None and party.mobile:
        send_sms(context, TEMPLATE, words, party.mobile, party_id=party.id)
        return 1
    own = select(Account).where(Account.party_id == party_id, Account.active)
    people = context.session.scalars(own.order_by(Account.id).limit(MOST_TOLD)).all()
    return _tell_people(context, people, words)


def _holders(context: OperatorContext, role: str) -> Sequence[Account]:
    named = context.case.people.get(role)
    query = select(Account).where(Account.active)
    if named:
        return context.session.scalars(query.where(Account.id == named)).all()
    here = or_(Grant.county_code == context.case.county, Grant.county_code == EVERYWHERE)
    held = select(Grant.account_id).where(Grant.role == role, here)
    holding = query.where(Account.id.in_(held))
    # of a role that many hold, whoever began the case is the one it is about
    begun_by = select(Instance.started_by).where(Instance.id == context.case.instance_id)
    starter = context.session.scalar(begun_by) or context.actor.account_id
    found = context.session.scalars(holding.where(Account.id == starter)).all()
    if found:
        return found
    return context.session.scalars(holding.order_by(Account.id).limit(MOST_TOLD)).all()


def _tell_people(context: OperatorContext, people: Sequence[Account], words: str) -> int:
    for one in people:
        if one.mobile:
            send_sms(context, TEMPLATE, words, one.mobile)
    step = context.case.task_id or context.case.instance_id
    tell_accounts(
        context.session,
        [one.id for one in people],
        key=f"{TEMPLATE}:{step}",
        template=TEMPLATE,
        words=words,
        link=f"/cases/{context.case.instance_id}",
    )
    return len(people)
