"""What whoever begins a case may put into it: the names that its diagram takes, no others.

Anything else would lie in the case until a later step, a gateway or a notice read it as somebody
else's answer or as a message that never came.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from processes import contents
from processes.answers import RESERVED, has_forms, produced
from processes.definitions import Pinned
from processes.lint.diagram import Diagram
from processes.references import takes_of

ABOUT = "about"


def admitted(
    session: Session,
    version: Pinned,
    prepared: Any,  # noqa: ANN401 - processes.specs.Prepared
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what enters the case; a flow without forms takes every name that is not its own."""
    kept_out = RESERVED | produced(prepared)
    free = {name: value for name, value in given.items() if name not in kept_out}
    if not free or not has_forms(prepared):
        return free
    taken = set(_takes(contents.get(session, version.diagram)))
    if version.phases:
        taken.add(ABOUT)
    return {name: value for name, value in free.items() if name in taken}


@lru_cache(maxsize=256)
def _takes(bpmn: bytes) -> frozenset[str]:
    return takes_of(Diagram(bpmn))
