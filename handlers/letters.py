"""Letters (文书): owed here with their words; the PDF is made after the commit, by a job."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select, update

from handlers.case_project import project_of
from handlers.case_words import case_words
from handlers.context import OperatorContext
from handlers.notice_facts import file_of_pack, known_of
from handlers.registry import operator
from models.errors import ConflictError, InvalidError, UnavailableError
from models.flow.deadlines import end_of_period
from models.flow.instance import Instance
from models.flow.job import Setting
from models.identity.account import Account
from models.letter import LETTER_TITLES, Letter, LetterKind, new_code, shown_code
from models.letter_text import LetterTemplate, LetterWords, fill_letter, parse_letter
from models.numbering import next_number
from models.outbox import enqueue
from models.project import Project, SelectionMethod
from models.selection import auctions, comparisons, draws
from models.selection.tables import Draw

JOB = "letter.make"
COMMIT = re.compile(r"[0-9a-f]{64}")
DEMONSTRATION = "demonstration"
OWNER = "owner"
REPLACED = "需求重新提交，已由新的申请表替代"


class LetterKindError(InvalidError):
    """The diagram names a kind of letter that does not exist."""

    message = "没有名为“{kind}”的文书，请流程分析员重新选择。"


class LetterTemplateMissingError(UnavailableError):
    """No pack holds words for this kind of letter."""

    message = "没有“{title}”的文书模板，请系统管理员重新载入规则包。"


class LetterTooEarlyError(ConflictError):
    """An award letter follows a published result."""

    message = "中选结果还没有公布，不能签发中选通知书，请流程分析员检查流程图的次序。"


class OtherProjectError(ConflictError):
    """A case issues letters of its own project only."""

    message = "这一环节要为别的项目生成文书，不能办理，请流程分析员检查参数。"


class FloorNotSealedError(InvalidError):
    """Something else than a commitment was given for the floor price."""

    message = "最低限价只能以封存指纹（64 位十六进制）印在申请表上，请流程分析员检查参数。"


@dataclass(frozen=True, kw_only=True)
class LetterParams:
    """Which letter; of a sealed floor price only the commitment is ever handed over."""

    kind: str = field(metadata={"label": "文书", "of": "letter_kind"})
    project: str | None = field(default=None, metadata={"label": "项目（缺省为本案项目）"})
    floor_commit: str | None = field(default=None, metadata={"label": "最低限价的封存指纹"})
    template: str = field(
        default="", metadata={"label": "模板（不填为该文书的模板）", "of": "letter"}
    )


@dataclass(frozen=True, kw_only=True)
class LetterResult:
    """What the diagram may need; the message ``letter_ready`` says when the PDF is there."""

    letter: str
    code: str
    number: str


@operator("letter.make", title="生成文书")
def make(params: LetterParams, context: OperatorContext) -> LetterResult:
    """Owe a letter of the case's project; its words are those of this moment (DZ-74.3b, DZ-78)."""
    kind = _kind(params.kind)
    project = None if _is_of_no_project(kind, context) else project_of(context)
    if params.project not in (None, project.id if project else None):
        raise OtherProjectError
    if params.floor_commit and not COMMIT.fullmatch(params.floor_commit):
        raise FloorNotSealedError
    # One letter a step: a step that is tried again finds its own.
    key = f"{kind.value}:{context.case.task_id or context.case.instance_id}"
    letter = context.session.scalar(select(Letter).where(Letter.key == key))
    if letter is None:
        letter = _owe(context, kind, project, key, params)
    return LetterResult(letter=letter.id, code=shown_code(letter.code), number=letter.number)


def _is_of_no_project(kind: LetterKind, context: OperatorContext) -> bool:
    return kind is LetterKind.OTHER_LETTER and not context.case.project_id


def _kind(name: str) -> LetterKind:
    try:
        return LetterKind(name)
    except ValueError:
        raise LetterKindError(kind=name) from None


def _owe(
    context: OperatorContext,
    kind: LetterKind,
    project: Project | None,
    key: str,
    params: LetterParams,
) -> Letter:
    draw = _draw_of(context, kind, project) if project else None
    if kind is LetterKind.ENTRY_APPLICATION and project:
        _void_former(context, project)
    code = new_code()
    own = {
        "code": code,
        "floor_commit": params.floor_commit or "",
        "template": params.template or kind.value,
    }
    words = _words(context, kind, project, draw, own)
    letter = Letter(
        key=key,
        kind=kind,
        code=code,
        number=words.number,
        county_code=context.case.county,
        project_id=project.id if project else None,
        instance_id=context.case.instance_id,
        draw_id=draw.id if draw else None,
        party_id=_party_of(context, kind, project),
        words=words.as_dict(),
        issued_at=context.clock(),
    )
    context.session.add(letter)
    context.session.flush()
    enqueue(context.session, JOB, key=f"{JOB}:{letter.id}", args={"letter": letter.id})
    context.log("letter:owed", letter.id, after={"kind": kind.value, "number": letter.number})
    return letter


def _party_of(context: OperatorContext, kind: LetterKind, project: Project | None) -> str | None:
    if project is not None:
        return project.winner_id if kind is LetterKind.AWARD_LETTER else project.owner_id
    started = context.session.get(Instance, context.case.instance_id)
    by = context.session.get(Account, started.started_by) if started else None
    return context.case.parties.get(OWNER) or (by or context.actor).party_id


def _void_former(context: OperatorContext, project: Project) -> None:
    """Let the forms of earlier rounds stay on record as replaced: the requirement has changed."""
    former = update(Letter).where(
        Letter.project_id == project.id,
        Letter.kind == LetterKind.ENTRY_APPLICATION,
        Letter.voided_at.is_(None),
    )
    values = {"voided_at": context.clock(), "void_reason": REPLACED}
    context.session.execute(former.values(values))


def _draw_of(context: OperatorContext, kind: LetterKind, project: Project) -> Draw | None:
    if kind is not LetterKind.AWARD_LETTER:
        return None
    draw = draws.latest(context.session, project.id)
    if project.method is SelectionMethod.EMERGENCY and project.traded_at is not None:
        return None  # entrusted without a selection, and published
    if draw is None or project.winner_id is None:
        raise LetterTooEarlyError
    auction = auctions.of_draw(context.session, draw.id)
    held = comparisons.of_draw(context.session, draw.id) or auction or draw
    if held.published_at is None:
        raise LetterTooEarlyError
    return draw


def _words(
    context: OperatorContext,
    kind: LetterKind,
    project: Project | None,
    draw: Draw | None,
    own: Mapping[str, str],
) -> LetterWords:
    template = _template(context, kind, own["template"])
    now = context.clock()
    known: dict[str, object] = {
        **case_words(context),
        **(_of_project(context, project, draw) if project else {}),
        "day": f"{now:%Y年%m月%d日}",
        "year": now.year,
        "code": shown_code(own["code"]),
        "floor_commit": _grouped(own["floor_commit"]),
    }
    if "sequence" in template.places:
        series = f"letter:{kind.value}:{context.case.county}:{now.year}"
        known["sequence"] = next_number(context.session, series)
    url = f"{context.settings.url}/letters/{own['code']}"
    marks, notes = _marks(context), _notes(context, template)
    return fill_letter(template, known, url=url, marks=marks, notes=notes)


def _of_project(context: OperatorContext, project: Project, draw: Draw | None) -> dict[str, object]:
    of_contact = {"contact": project.contact, "mobile": project.contact_mobile}
    return {**known_of(context, project, draw, ""), **of_contact}


def _template(context: OperatorContext, kind: LetterKind, name: str) -> LetterTemplate:
    body = file_of_pack(context, f"letters/{name}.toml")
    template = parse_letter(body) if body is not None else None
    if template is None or template.kind is not kind:
        raise LetterTemplateMissingError(title=LETTER_TITLES[kind])
    return template


def _notes(context: OperatorContext, template: LetterTemplate) -> list[str]:
    """Return what must be said of a deadline counted in a year that is not announced yet."""
    if "ends_at" not in template.places:
        return []
    days = int(context.rules["publicity.period"])
    ends = end_of_period(context.rules, context.calendar, days, context.clock())
    note = context.calendar.note_on(ends)
    return [note] if note else []


def _marks(context: OperatorContext) -> list[str]:
    """Return what stands across the page where the letter is no real one."""
    demonstration = context.session.get(Setting, DEMONSTRATION)
    if context.settings.is_training:
        return ["演练文书"]
    return ["示范文书"] if demonstration is not None and demonstration.value else []


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + 8] for start in range(0, len(digits), 8))
