"""Every step from a project's entry to its award, ended at every statement: the same facts."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.flow.rules import forget_rules
from tests.city import county
from tests.crash.harness import check_every_ending, opened
from tests.crash.path import BY_NAME, PATH, proof_and_everything

__all__ = ["county"]

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def starts(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The world before each step, closed."""
    now = tmp_path_factory.mktemp("path") / "now"
    shutil.copytree(county, now)
    forget_rules()
    found = {}
    for number, step in enumerate(PATH):
        found[step.name] = now.parent / str(number) / "start"
        shutil.copytree(now, found[step.name])
        if not step.is_aside:
            with opened(now) as world:
                step(world)
    yield found
    forget_rules()


@pytest.mark.parametrize("name", [step.name for step in PATH if not step.is_given])
def test_a_step_ended_at_any_statement_leads_to_the_same_facts(
    starts: dict[str, Path], name: str
) -> None:
    step = BY_NAME[name]
    whole = check_every_ending(starts[name], step, again=step.again, facts=proof_and_everything)
    assert len(whole.stages) > 1, "the step changes nothing"
