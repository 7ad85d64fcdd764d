"""The review of qualifications: who of the candidates passes, each with a reason (HR-4.5.5).

Every error stands at the row it is about. Whoever is suspended meanwhile, or holds no valid
qualification any more, does not pass.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.selection.comparison_errors import ReviewInvalidError
from models.selection.comparison_fitness import unfit_reason
from models.selection.comparison_rows import passed_of, state_error
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.world import World

LEAST_PASSED = "comparison.minimum_passed"
MOST_REASON = 500
FORM = "decisions"
"""The list in the form of the review: an error names its row."""
Fields = dict[str, str]


class Named(Protocol):
    """A row that is about one candidate."""

    @property
    def candidate(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether one candidate passes, and why."""

    candidate: str
    passed: bool | None
    reason: str = ""


@dataclass(frozen=True)
class Reviewed:
    """How many passed, and whether they suffice."""

    passed: int
    enough: bool


def review(world: World, comparison: Comparison, verdicts: Sequence[Verdict]) -> Reviewed:
    """Note for every candidate whether it passes and why; until the comparison it may be mended."""
    world.session.refresh(comparison, with_for_update=True)
    if comparison.state not in (ComparisonState.OPENED, ComparisonState.REVIEWED):
        raise state_error(comparison, "资格审查")
    known = {one.id: one for one in comparison.candidates}
    fields = missing(FORM, verdicts, known) | doubled(FORM, verdicts)
    for number, one in enumerate(verdicts):
        fields |= _verdict_fields(world, comparison, f"{FORM}[{number}]", one, known)
    if fields:
        raise ReviewInvalidError(fields=fields)
    for one in verdicts:
        row = known[one.candidate]
        row.passed, row.review_reason = one.passed, one.reason.strip()
    comparison.state, comparison.reviewed_at = ComparisonState.REVIEWED, world.clock()
    world.session.flush()
    passed = len(passed_of(comparison))
    told = {one.id: one.passed for one in comparison.candidates}
    world.log("comparison:reviewed", comparison.id, after={"passed": passed, "candidates": told})
    return Reviewed(passed, passed >= int(world.rules[LEAST_PASSED]))


def missing(name: str, given: Iterable[Named], wanted: Mapping[str, Candidate]) -> Fields:
    """Tell which candidates no row is about."""
    named = {one.candidate for one in given}
    left = [one.party.name for one in wanted.values() if one.id not in named]
    return {name: f"还没有填写：{'、'.join(left)}，请逐家填写。"} if left else {}


def doubled(name: str, given: Sequence[Named]) -> Fields:
    """Tell which rows are about a candidate that has one already."""
    count = Counter(one.candidate for one in given)
    return {
        f"{name}[{number}].candidate": "同一企业填写了两次，请删去一行。"
        for number, one in enumerate(given)
        if count[one.candidate] > 1
    }


def _verdict_fields(
    world: World, comparison: Comparison, path: str, one: Verdict, known: dict[str, Candidate]
) -> Fields:
    row = known.get(one.candidate)
    if row is None:
        return {f"{path}.candidate": "这家企业不在报名名单内，请刷新后重新填写。"}
    name, fields = row.party.name, {}
    if one.passed is None:
        fields[f"{path}.decision"] = f"请选择“{name}”是否合格。"
    fields |= reason_field(f"{path}.reason", one.reason, name, "审查意见")
    unfit = unfit_reason(world, comparison, row.party_id) if one.passed else ""
    if unfit:
        fields[f"{path}.decision"] = f"“{name}”不能审查为合格：{unfit}。"
    return fields


def reason_field(path: str, reason: str, name: str, what: str) -> Fields:
    """Tell that a reason is missing or too long."""
    if not reason.strip():
        return {path: f"请写明对“{name}”的{what}。"}
    if len(reason.strip()) > MOST_REASON:
        return {path: f"{what}不能超过{MOST_REASON}个字，请缩短。"}
    return {}
