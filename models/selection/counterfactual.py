"""What a cancelled selection would have brought (selection.md 1.8): computed without anybody's
button from the announced time on, filed with the regulator, then forgotten.
"""  # noqa: D205

from models.project import Project
from models.selection import draw_keys, filed_results, guardians, joiners, opening
from models.selection.draws import contributors, state_error
from models.selection.filed_results import FiledResult
from models.selection.jcs import canonical
from models.selection.opening import Opened
from models.selection.tables import Draw
from models.selection.world import World
from models.session import after_commit

ACT = "取消后的备案计算"


def open_(world: World, draw: Draw) -> Opened:
    """Let the guardians release the secrets of a cancelled draw; it stays cancelled."""
    if filed_results.is_filed(world.session, draw.id):
        return Opened(complete=True, waiting=[])
    if not draw.is_cancelled_after_freeze:
        raise state_error(draw, ACT)
    guardians.check_may_release(world.session, draw, world.clock())
    waiting, _ = opening.settle_secrets(world, draw)
    waiting += opening.waiting_joiners(world, draw)
    world.session.flush()
    return Opened(complete=not waiting, waiting=waiting)


def file(world: World, draw: Draw) -> FiledResult:
    """Rank all tickets, name every joiner to the regulator alone, and forget what was opened."""
    former = world.session.get(FiledResult, draw.id)
    if former is not None:
        return former
    rows = contributors(world.session, draw)
    if not draw.is_cancelled_after_freeze or any(row.secret is None for row in rows.values()):
        raise state_error(draw, ACT)
    ranked = opening.ranking(world, draw)
    known = joiners.opened(world, draw, ranked)
    # a first ticket that names nobody would be void: no verifier takes it, and it is filed as it is
    make = opening.make_proof if ranked[0] in known else opening.compose_proof
    proof = canonical(make(world, draw, ranked, known))
    county = world.session.get_one(Project, draw.project_id).county_code
    place = (county, world.clock())
    filed = filed_results.keep(world.session, world.settings, draw, proof, place)
    for row in rows.values():
        row.secret = row.released = None
    world.session.flush()
    world.log("draw:filed", draw.id, after={"proof": filed.proof_hash, "tickets": draw.tickets})
    settings, draw_id = world.settings, draw.id
    after_commit(world.session, lambda: draw_keys.forget(settings, draw_id))
    return filed
