"""Who may ask what about a project in which phase, and the words of each refusal."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import business_now
from models.errors import ConflictError, ForbiddenError, NotFoundError
from models.flow.definition import Definition
from models.flow.instance import AwaitedMessage, Instance, InstanceStatus
from models.identity.actor import ORGANISER, Actor
from models.project import (
    PHASE_TITLES,
    Management,
    Project,
    ProjectPhase,
    SelectionMethod,
)
from models.project_request import (
    CORRIGENDUM,
    STATE_TITLES,
    ProjectRequest,
    RequestState,
    title_of,
    unsettled_of,
)
from models.selection import auctions, draws
from models.selection.auction_tables import AuctionState
from models.selection.tables import Draw, DrawState

OWNER, WINNER = "owner", "contractor"
CHANGE_APPROVED = "change_approved"
"""The message in which a paused project's case hears that it goes on or ends."""
AFTER_FREEZE = (
    ProjectPhase.FROZEN,
    ProjectPhase.BIDDING,
    ProjectPhase.BIDS_CLOSED,
    ProjectPhase.DRAWN,
)
AFTER_CLOSE = (ProjectPhase.REGISTRATION_CLOSED, ProjectPhase.REVIEWED)


class NoSuchCaseError(NotFoundError):
    """The case is of another county, or no case of a project."""

    message = "没有找到要办理的项目案卷，请打开本区县的项目案卷，从“可以办理的事项”发起。"


class NotYourProjectError(ForbiddenError):
    """The project is somebody else's."""

    message = "“{title}”只能由本项目的{who}提出，您的单位不是，请联系{who}办理。"


class NotYourOfficeError(ForbiddenError):
    """The role that starts the request is not the actor's."""

    message = "您在该区县没有提出“{title}”的岗位，请联系有这一岗位的人员办理。"


class WrongPhaseError(ConflictError):
    """The project is not in a phase in which this may be asked."""

    message = "“{title}”只能在项目{phases}时提出，本项目现在是“{phase}”。"


class ListFrozenError(ConflictError):
    """The list has frozen: what belongs to the announcement is over."""

    message = (
        "报名已经截止、名单已经冻结，不能再提出“{title}”。"
        "确需取消本次选取的，请由项目业主提出取消选取申请。"
    )


class RegistrationClosedError(ConflictError):
    """The registration of a comparison has closed: what belongs to it is over."""

    message = "报名已经截止，不能再提出“{title}”。确需停止的，请由项目业主提出终止。"


class DrawOpeningError(ConflictError):
    """The secrets are being opened: nothing stops the selection any more."""

    message = "选取正在开启，不能再提出“{title}”。请等选取结果公布。"


class RequestOpenError(ConflictError):
    """Another request about the project is not settled."""

    message = (
        "本项目已有一项{kind}申请（{state}），办结之前不能同时提出另一项。"
        "请先办完或撤回那一项，再提出“{title}”。"
    )


class PauseNotOutError(ConflictError):
    """The pause is agreed, its notice is not out: nothing waits for what follows a pause yet."""

    message = (
        "暂停公告还没有发布，现在不能提出“{title}”。"
        "请等交易中心发布暂停公告之后，再申请恢复或终止；急需办理的，请联系交易中心。"
    )


class CaseNotRunningError(ConflictError):
    """The case itself is suspended, failed or over."""

    message = "项目案卷没有在办理中（已办结、已终止或由系统管理员暂停），不能提出“{title}”。"


def project_about(session: Session, about: object, county: str) -> tuple[Instance, Project]:
    """Return the case a request is about with its project; raise when there is none here."""
    case = session.get(Instance, about) if isinstance(about, str) else None
    project = session.get(Project, case.project_id) if case and case.project_id else None
    if case is None or project is None or case.county_code != county:
        raise NoSuchCaseError
    if project.instance_id != case.id:
        raise NoSuchCaseError
    return case, project


def check_action(  # noqa: PLR0913 - what may be asked depends on so many things
    session: Session,
    case: Instance,
    project: Project,
    actor: Actor,
    *,
    title: str,
    starters: Collection[str],
    phases: Collection[str],
) -> None:
    """Raise the one reason why this actor may not ask this about a project now."""
    check_asker(project, actor, starters, title)
    if case.status is not InstanceStatus.RUNNING:
        raise CaseNotRunningError(title=title)
    check_phase(session, project, phases, title)
    found = unsettled_of(session, project.id)
    if found is not None and not is_outrun(session, project, found, starters):
        state = STATE_TITLES[found.state]
        raise RequestOpenError(kind=title_of(found.kind), state=state, title=title)


def is_outrun(
    session: Session, project: Project, request: ProjectRequest, starters: Collection[str] = ()
) -> bool:
    """Return whether the project left a request behind, undecided: it stands in nobody's way.

    A corrigendum that was begun and not handed in keeps no owner from ending its project.
    """
    if request.state is not RequestState.OPEN:
        return False
    if request.kind == CORRIGENDUM and not request.reason and OWNER in starters:
        return True
    phases = session.scalar(
        select(Definition.phases)
        .join(Instance, Instance.definition_id == Definition.id)
        .where(Instance.id == request.instance_id)
    )
    return phase_now(session, project).value not in (phases or ())


def check_asker(project: Project, actor: Actor, starters: Collection[str], title: str) -> None:
    """Raise unless the actor's party plays the asking role in this very project."""
    held = [role for role in starters if actor.holds(role, project.county_code)]
    parties = {
        OWNER: project.owner_id,
        WINNER: project.winner_id,
        ORGANISER: project.organiser_id,
    }
    if any(role not in parties or parties[role] == actor.party_id for role in held):
        return
    if not held and not set(starters) & set(parties):
        raise NotYourOfficeError(title=title)
    raise NotYourProjectError(title=title, who=_asker(project, starters))


def _asker(project: Project, starters: Collection[str]) -> str:
    """Return who may ask, in words."""
    if OWNER in starters:
        return "项目业主"
    if ORGANISER not in starters:
        return "中选企业"
    is_entrusted = project.management is Management.ENTRUSTED
    return "发包人（受托代理机构）" if is_entrusted else "发包人（项目业主）"


def check_phase(session: Session, project: Project, phases: Collection[str], title: str) -> None:
    """Raise unless the project is, by the clock, in one of the phases."""
    phase = phase_now(session, project)
    draw = draws.latest(session, project.id)
    if draw is not None and (draw.state is DrawState.OPENING or _is_opening(session, draw)):
        raise DrawOpeningError(title=title)
    if phase.value in phases:
        _check_pause(session, project, title)
        return
    if ProjectPhase.ANNOUNCED.value in phases:
        _check_not_over(phase, title)
    words = "、".join(PHASE_TITLES[ProjectPhase(one)] for one in phases)
    raise WrongPhaseError(title=title, phases=f"处于“{words}”", phase=PHASE_TITLES[phase])


def _check_not_over(phase: ProjectPhase, title: str) -> None:
    if phase in AFTER_FREEZE:
        raise ListFrozenError(title=title)
    if phase in AFTER_CLOSE:
        raise RegistrationClosedError(title=title)


def _is_opening(session: Session, draw: Draw) -> bool:
    """Whether the bids of a bidding are being opened, or the price has been settled."""
    auction = auctions.of_draw(session, draw.id)
    return auction is not None and auction.state in (AuctionState.OPENING, AuctionState.SETTLED)


def check_no_tie(session: Session, project: Project, title: str) -> None:
    """Raise when bids are open and equal: price and equals stand, the draw among them remains.

    An outage may still put that draw off; nobody takes it back.
    """
    auction = auctions.latest(session, project.id)
    if auction is not None and auction.state is AuctionState.TIED:
        raise DrawOpeningError(title=title)


def _check_pause(session: Session, project: Project, title: str) -> None:
    if project.phase is not ProjectPhase.PAUSED:
        return
    if session.get(AwaitedMessage, (project.instance_id, CHANGE_APPROVED)) is None:
        raise PauseNotOutError(title=title)


def phase_now(session: Session, project: Project) -> ProjectPhase:
    """Return a project's phase; a list past its minute is frozen, whatever the worker did yet."""
    if project.phase is not ProjectPhase.ANNOUNCED:
        return project.phase
    draw = draws.latest(session, project.id)
    if draw is None or draw.freeze_at is None or business_now() < draw.freeze_at:
        return project.phase
    is_compared = project.method is SelectionMethod.COMPARATIVE_SELECTION
    return ProjectPhase.REGISTRATION_CLOSED if is_compared else ProjectPhase.FROZEN
