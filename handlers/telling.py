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
    """Tell the party that plays a role, else whoever began the case in it, else all who hold it."""
    words = str(params.text).strip()
    if not words or len(words) > MAX_WORDS:
        raise WordsMissingError
    party_id = context.case.parties.get(params.role)
    party = context.session.get(Party, party_id) if party_id else None
    if party is not None and party.mobile:
        send_sms(context, TEMPLATE, words, party.mobile, party_id=party.id)
        return 1
    return _tell_people(context, _holders(context, params.role), words)


def _holders(context: OperatorContext, role: str) -> Sequence[Account]:
    named = context.case.people.get(role)
    query = select(Account).where(Account.active)
    if named:
        return context.session.scalars(query.where(Account.id == named)).all()
    here = or_(Grant.county_code == context.case.county, Grant.county_code == EVERYWHERE)
    held = select(Grant.account_id).where(Grant.role == role, here)
    holding = query.where(Account.id.in_(held)).order_by(Account.id).limit(MOST_TOLD)
    found = context.session.scalars(holding).all()
    # of a role that many hold, whoever began the case is the one it is about
    begun_by = select(Instance.started_by).where(Instance.id == context.case.instance_id)
    starter = context.session.scalar(begun_by) or context.actor.account_id
    return [one for one in found if one.id == starter] or found


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
