"""Who may take part: the qualification a project asks for."""

from dataclasses import dataclass, field

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from models.errors import InvalidError
from models.roster.eligibility import eligible_parties

LEVELS = {0: "", 1: "一级", 2: "二级", 3: "三级", 4: "四级"}
SAFETY_LICENCE = {
    "scheme": "safety_licence",
    "category": "安全生产许可证",
    "level": 0,
    "level_name": "",
}


class LevelUnknownError(InvalidError):
    """No such level of qualification."""

    message = "资质等级须是一级、二级、三级、四级或不分等级，请重新选择。"


@dataclass(frozen=True, kw_only=True)
class EligibilityParams:
    """Scheme, category and lowest level; ``0`` means that the category has no levels."""

    scheme: str = field(metadata={"label": "资质序列"})
    category: str = field(metadata={"label": "资质类别"})
    level: str = field(metadata={"label": "最低等级"})
    safety_licence: bool = field(default=True, metadata={"label": "须有安全生产许可证"})


@operator("eligibility.set", title="确定参与条件")
def set_eligibility(params: EligibilityParams, context: OperatorContext) -> int:
    """Write the conditions to the project and return how many of the roster fit them."""
    project = project_of(context)
    asked = wanted(
        params.scheme, params.category, params.level, safety_licence=params.safety_licence
    )
    if project.requirements != asked:
        project.requirements = asked
        context.session.flush()
        context.log("project:conditions_set", project.id, after=asked)
    return len(eligible_parties(context.session, project, context.clock()))


def wanted(
    scheme: str, category: str, level: str, *, safety_licence: bool
) -> list[dict[str, object]]:
    """Return the conditions as a project keeps them."""
    number = int(level) if level.isdecimal() else -1
    if number not in LEVELS:
        raise LevelUnknownError
    main: dict[str, object] = {
        "scheme": scheme,
        "category": category,
        "level": number,
        "level_name": LEVELS[number],
    }
    return [main, dict(SAFETY_LICENCE)] if safety_licence else [main]
