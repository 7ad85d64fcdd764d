"""Joining is no task of the engine: this operator only opens it; the freeze closes it."""

from dataclasses import dataclass

from handlers.case_project import project_of
from handlers.context import OperatorContext
from handlers.registry import operator
from models.selection import changing, draw_keys, draws


@dataclass(frozen=True, kw_only=True)
class InterestParams:
    """Nothing to fill in: the case's current draw is meant."""


@operator("interest.open", title="开放报名")
def open_interest(params: InterestParams, context: OperatorContext) -> str:  # noqa: ARG001
    """Let fitting companies join the current draw and return the state it is in."""
    draw = draws.current_draw(context.session, project_of(context).id)
    if not changing.carry(context, draw):
        draw_keys.make(context.settings, draw.id)
    draws.open_list(context, draw)
    return draw.state.value
