"""``setup --demo``: a city with its projects, on a clock that stands at a fixed working day."""

from datetime import datetime

from models.clock import CHINA, business_clock, fixed
from models.flow.job import Setting
from models.session import unit_of_work
from models.settings import Settings
from processes import training_clock
from processes.demo.city import BEGAN, build_city
from processes.demo.enrolments import build_enrolments
from processes.demo.player import Player
from processes.demo.projects import build_projects

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)


def build_demonstration(settings: Settings) -> None:
    """Make the demonstration; the mark comes first, so that half a one is never taken for real."""
    with business_clock(fixed(BEGAN)), unit_of_work() as session:
        session.merge(Setting(name=training_clock.DEMONSTRATION, value=True))
        build_city(session)
    build_projects(Player(settings))
    build_enrolments(Player(settings))
    training_clock.store(NOW, running=False)
    training_clock.install(settings)
