"""Messages that a flow sends: rows of the outbox, sent only if the step commits."""

from dataclasses import dataclass, field

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from handlers.sms import send_sms, words
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.project import Project
from models.roster.eligibility import eligible_parties
from models.selection import auctions, bid_opening, comparisons, draws, opening
from models.selection.comparison_tables import Comparison

TEXTS = {
    "tender_published": "“{title}”（{number}）已发布选取公告，贵企业符合参与条件，"
    "请在报名截止前登录平台查看。",
    "award_winner": "贵企业在“{title}”（{number}）选取中中选，中选结果即将公示，请登录平台查看。",
    "selection_failed": "“{title}”（{number}）选取失败，公告已发布，"
    "业主决定重新组织或终止之后另行公告。",
    "result_changed": "“{title}”（{number}）原中选企业放弃中选，结果变更公告已发布，"
    "重新组织选取的另行公告。",
    "award_declined": "“{title}”（{number}）中选企业放弃中选，原结果已经撤销，"
    "请在期限内登录平台决定重新组织选取或终止。",
    "decline_late": "“{title}”（{number}）的放弃中选声明没有生效：案卷已经过了可以放弃的环节，"
    "请登录平台查看并联系交易中心。",
    "cancellation_refused": "“{title}”（{number}）取消选取的申请未获批准，理由请登录平台查看。",
    "cancellation_late": "“{title}”（{number}）取消选取的申请批准时已不能取消，没有生效，"
    "原因请登录平台查看。",
    "change_applied": "“{title}”（{number}）公告期内的变更、暂停、恢复或终止申请已获同意并生效，"
    "请登录平台查看。",
    "change_refused": "“{title}”（{number}）公告期内的变更、暂停、恢复或终止申请未获同意，"
    "理由请登录平台查看。",
    "change_late": "“{title}”（{number}）公告期内的申请虽获同意，但案卷已经过了可以办理的环节，"
    "没有生效，原因请登录平台查看。",
    "selection_stopped": "“{title}”（{number}）公告期内有变更，报名即时关闭，"
    "以随后发布的公告为准。",
    "selection_paused": "“{title}”（{number}）选取暂停，暂停公告已发布，恢复时另行通知。",
    "comparison_published": "“{title}”（{number}）已发布比选发包公告，贵企业符合报名条件，"
    "请在报名截止前登录平台报名。",
    "comparison_corrected": "“{title}”（{number}）已发布更正公告，已经报名的继续有效，"
    "请登录平台查看更正内容和报名截止时间。",
    "comparison_won": "贵企业在“{title}”（{number}）比选中中选，中选公告已经发布，"
    "请登录平台查看并下载中选通知书。",
    "comparison_failed": "“{title}”（{number}）比选失败，公告已发布，"
    "建设单位决定重新组织或终止之后另行公告。",
    "comparison_terminated": "“{title}”（{number}）已经终止，终止公告和理由请登录平台查看。",
    "corrigendum_late": "“{title}”（{number}）的更正公告没有发布，原因请登录平台查看案卷。",
    "termination_late": "“{title}”（{number}）的终止没有生效，原因请登录平台查看案卷。",
    "notice": "“{title}”（{number}）有新的进展，请登录平台查看。",
}


LINKS = {
    "tender_published": "/find-projects",
    "award_winner": "/registrations",
    "comparison_published": "/find-projects",
    "comparison_won": "/registrations",
}
"""Where a company goes on, which is no party of the owner's case."""


@dataclass(frozen=True, kw_only=True)
class TemplateParams:
    """Which words are sent."""

    template: str = field(metadata={"label": "消息模板", "of": "message"})


@dataclass(frozen=True, kw_only=True)
class SendParams:
    """Which role of the case is told what."""

    role: str = field(metadata={"label": "收信角色", "of": "role"})
    template: str = field(metadata={"label": "消息模板", "of": "message"})


@operator("message.send", title="发送短信")
def send(params: SendParams, context: OperatorContext) -> int:
    """Tell the party that plays a role in the case; return how many messages are owed."""
    party_id = context.case.parties.get(params.role)
    party = context.session.get(Party, party_id) if party_id else None
    return 0 if party is None else _tell(context, params.template, [party])


@operator("message.announce", title="通知符合条件的企业")
def announce(params: TemplateParams, context: OperatorContext) -> int:
    """Tell every company that fits, whether or not it joins (selection.md 3)."""
    ids = eligible_parties(context.session, project_of(context), context.clock())
    parties = context.session.scalars(select(Party).where(Party.id.in_(ids)).order_by(Party.id))
    return _tell(context, params.template, list(parties))


@operator("message.registrants", title="通知报名企业")
def tell_registrants(params: TemplateParams, context: OperatorContext) -> int:
    """Tell who registered; while that is sealed, every company that fits, as the notice did."""
    comparison = comparisons.latest(context.session, project_of(context).id)
    if comparison is None or not _is_announced(context, comparison):
        return 0
    if comparison.opened_at is None:
        return announce(params, context)
    return _tell(context, params.template, [one.party for one in comparison.candidates])


def _is_announced(context: OperatorContext, comparison: Comparison) -> bool:
    query = select(Notice.id).where(
        Notice.draw_id == comparison.draw_id,
        Notice.kind == NoticeKind.TENDER_NOTICE,
        Notice.published_at.is_not(None),
    )
    return context.session.scalar(query.limit(1)) is not None


@operator("message.winner", title="短信通知中选企业")
def tell_winner(params: TemplateParams, context: OperatorContext) -> int:
    """Tell the company that was drawn (第七十六条（一）)."""
    draw = draws.current_draw(context.session, project_of(context).id)
    auction = auctions.of_draw(context.session, draw.id)
    if auction is None:
        return _tell(context, params.template, [opening.winner_of(context, draw)])
    return _tell(context, params.template, [bid_opening.winner_of(context, auction)])


def _tell(context: OperatorContext, template: str, parties: list[Party]) -> int:
    project = project_of(context)
    text = text_of(template, project)
    told = [party for party in parties if party.mobile]
    for party in told:
        link = LINKS.get(template, "")
        send_sms(context, template, text, party.mobile, party_id=party.id, link=link)
    return len(told)


def text_of(template: str, project: Project) -> str:
    """Return the words of a message about a project."""
    return words(TEXTS, template, title=project.title, number=project.number)
