"""What is hidden about a project, until when, by which article (第八十条): set and lifted here."""

import dataclasses
from dataclasses import dataclass

from sqlalchemy import select

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from models.selection.tables import Mask


@dataclass(frozen=True, kw_only=True)
class MaskParams:
    """Which content is hidden, by which rule of the county."""

    field: str = dataclasses.field(metadata={"label": "屏蔽内容"})
    rule: str = dataclasses.field(metadata={"label": "依据的规则", "of": "rule"})


@operator("mask.set", title="屏蔽")
def set_mask(params: MaskParams, context: OperatorContext) -> str:
    """Hide a field until the moment that the county's rule names; return that moment's name."""
    project = project_of(context)
    until = str(context.rules[params.rule])
    if _current(context, params.field):
        return until
    mask = Mask(
        project_id=project.id,
        field=params.field,
        until=until,
        article=context.rules.source(params.rule)[:100],
        set_at=context.clock(),
    )
    context.session.add(mask)
    context.session.flush()
    after = {"field": mask.field, "until": until, "article": mask.article}
    context.log("mask:set", project.id, after=after)
    return until


@dataclass(frozen=True, kw_only=True)
class LiftParams:
    """Which content is shown from now on."""

    field: str = dataclasses.field(metadata={"label": "公开内容"})
    moment: str = dataclasses.field(default="", metadata={"label": "公开时点（不填即公开）"})


@operator("mask.lift", title="解除屏蔽")
def lift_mask(params: LiftParams, context: OperatorContext) -> bool:
    """Show a field from now on; return whether it was hidden.

    With a moment, only what the county's rule hides until that very moment is shown.
    """
    wanted = params.moment
    found = _current(context, params.field)
    masks = [mask for mask in found if not wanted or mask.until == wanted]
    for mask in masks:
        mask.lifted_at = context.clock()
    if masks:
        context.session.flush()
        context.log("mask:lifted", project_of(context).id, after={"field": params.field})
    return bool(masks)


def _current(context: OperatorContext, name: str) -> list[Mask]:
    query = select(Mask).where(
        Mask.project_id == project_of(context).id, Mask.field == name, Mask.lifted_at.is_(None)
    )
    return list(context.session.scalars(query))
