"""The comparison itself: offers ranked with reasons, one recommended and awarded (HR-4.5.6).

Every error stands at the row it is about. Whoever is suspended meanwhile, or holds no valid
qualification any more, is neither ranked first nor awarded.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.identity.party import Party
from models.project import Project
from models.selection.comparison_errors import ComparingInvalidError, WinnerUnfitError
from models.selection.comparison_fitness import unfit_reason
from models.selection.comparison_review import (
    Fields,
    doubled,
    missing,
    reason_field,
)
from models.selection.comparison_rows import passed_of, ranked_of, state_error
from models.selection.comparison_tables import Candidate, Comparison, ComparisonState
from models.selection.world import World


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What one candidate offers, its rank and why; no rank for one that offered nothing."""

    candidate: str
    price: int | None = None
    rank: int | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """The comparison as it was held: how, by whom, with what outcome, and its signed record."""

    method: str
    participants: str
    reason: str = ""
    record_id: str | None = None
    offers: Sequence[Offer] = field(default_factory=list)


@dataclass(frozen=True)
class Compared:
    """Who is recommended at what price, and what is to be known of those ranked behind."""

    winner: str
    winner_name: str
    price: int
    warnings: list[str]


def compare(world: World, comparison: Comparison, findings: Findings) -> Compared:
    """Note offers, ranking and recommendation; until the award is published it may be mended."""
    world.session.refresh(comparison, with_for_update=True)
    if comparison.state not in (ComparisonState.REVIEWED, ComparisonState.COMPARED):
        raise state_error(comparison, "登记比选信息")
    offers, known = findings.offers, {one.id: one for one in comparison.candidates}
    passed = {one.id: one for one in passed_of(comparison)}
    fields = missing("offers", offers, passed) | doubled("offers", offers)
    for number, one in enumerate(offers):
        fields |= _offer_fields(world, comparison, f"offers[{number}]", one, known)
    fields |= _rank_fields(offers) | _text_fields(findings)
    if fields:
        raise ComparingInvalidError(fields=fields)
    return _write(world, comparison, findings)


def _offer_fields(
    world: World, comparison: Comparison, path: str, one: Offer, known: dict[str, Candidate]
) -> Fields:
    row = known.get(one.candidate)
    if row is None:
        return {f"{path}.candidate": "这家企业不在报名名单内，请刷新后重新填写。"}
    name = row.party.name
    if not row.passed:
        return {f"{path}.rank": f"“{name}”资格审查不合格，不能参加排序。"}
    fields = reason_field(f"{path}.rank_reason", one.reason, name, "比选意见")
    fields |= _price_field(world, comparison, path, one, name)
    unfit = unfit_reason(world, comparison, row.party_id) if one.rank == 1 else ""
    if unfit:
        fields[f"{path}.rank"] = f"“{name}”不能排在第一名：{unfit}。"
    return fields


def _price_field(world: World, comparison: Comparison, path: str, one: Offer, name: str) -> Fields:
    if one.price is None:
        asked = f"请填写“{name}”的报价；没有报价的，名次也不填。"
        return {f"{path}.price": asked} if one.rank is not None else {}
    ceiling = world.session.get_one(Project, comparison.project_id).ceiling_price
    if one.price <= 0:
        return {f"{path}.price": f"“{name}”的报价须大于零，请核对。"}
    if one.price > ceiling and one.rank is not None:
        return {f"{path}.price": f"“{name}”的报价高于最高限价，不能排名；请核对报价或清空名次。"}
    return {}


def _rank_fields(offers: Sequence[Offer]) -> Fields:
    """Ranks are 1, 2, 3 … without gap, and nobody shares one."""
    ranks = sorted(one.rank for one in offers if one.rank is not None)
    if not ranks:
        return {"offers": "没有排出第一名。请填写名次；确实都不能推荐的，请选择比选不成。"}
    shared = {rank for rank, count in Counter(ranks).items() if count > 1}
    if shared:
        return {
            f"offers[{number}].rank": f"有两家以上企业排第{one.rank}名，名次不能并列，请改正。"
            for number, one in enumerate(offers)
            if one.rank in shared
        }
    if ranks != list(range(1, len(ranks) + 1)):
        return {"offers": "名次须从第1名起依次排列，中间不能缺，请改正。"}
    return {}


def _text_fields(findings: Findings) -> Fields:
    asked = {
        "method": ("请写明比选办法。", findings.method),
        "participants": ("请写明参加比选的人员。", findings.participants),
    }
    return {name: text for name, (text, given) in asked.items() if not given.strip()}


def _write(world: World, comparison: Comparison, findings: Findings) -> Compared:
    rows = {one.id: one for one in comparison.candidates}
    for one in findings.offers:
        row = rows[one.candidate]
        row.price, row.rank, row.rank_reason = one.price, one.rank, one.reason.strip()
    comparison.method, comparison.participants = findings.method.strip(), findings.participants
    comparison.reason, comparison.record_id = findings.reason.strip(), findings.record_id
    first = ranked_of(comparison)[0]
    comparison.winner_id, comparison.price = first.party_id, first.price
    comparison.state, comparison.compared_at = ComparisonState.COMPARED, world.clock()
    world.session.flush()
    ranking = {one.id: one.rank for one in ranked_of(comparison)}
    after = {"winner": first.party_id, "price": first.price, "ranking": ranking}
    world.log("comparison:compared", comparison.id, after=after)
    warnings = list(_warnings(world, comparison))
    return Compared(first.party_id, first.party.name, first.price or 0, warnings)


def _warnings(world: World, comparison: Comparison) -> Iterable[str]:
    """Say of those ranked behind the first which could not be chosen any more."""
    for one in ranked_of(comparison)[1:]:
        unfit = unfit_reason(world, comparison, one.party_id)
        if unfit:
            yield f"排第{one.rank}名的“{one.party.name}”现在不符合条件：{unfit}。"


def publish(world: World, comparison: Comparison) -> Comparison:
    """Make the recommended winner the project's; refused when it may not be chosen any more."""
    world.session.refresh(comparison, with_for_update=True)
    if comparison.state is ComparisonState.PUBLISHED:
        return comparison
    if comparison.state is not ComparisonState.COMPARED or comparison.winner_id is None:
        raise state_error(comparison, "公布中选结果")
    unfit = unfit_reason(world, comparison, comparison.winner_id)
    if unfit:
        name = world.session.get_one(Party, comparison.winner_id).name
        raise WinnerUnfitError(name=name, reason=unfit)
    project = world.session.get_one(Project, comparison.project_id)
    project.winner_id, project.award_price = comparison.winner_id, comparison.price
    comparison.state, comparison.published_at = ComparisonState.PUBLISHED, world.clock()
    world.session.flush()
    after = {"winner": comparison.winner_id, "price": comparison.price}
    world.log("comparison:published", comparison.id, after=after)
    return comparison
