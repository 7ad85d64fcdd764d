"""May a candidate of a comparison be chosen today: on the roster, fitting, not suspended."""

from models.project import Project
from models.roster import eligibility
from models.selection.comparison_tables import Comparison
from models.selection.world import World


def unfit_reason(world: World, comparison: Comparison, party_id: str) -> str:
    """Return why a company may not be chosen now; nothing when it may."""
    project = world.session.get_one(Project, comparison.project_id)
    reasons = eligibility.fits(world.session, party_id, project, world.clock())
    return "；".join(f"{one.condition}（{one.found}）" for one in reasons)
