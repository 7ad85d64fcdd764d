"""``setup --demo``: a city with its projects, on a clock that stands at a fixed working day."""

from datetime import datetime

from models.clock import CHINA, business_clock, fixed
from models.flow.job import Setting
from models.session import unit_of_work
from models.settings import Settings
from processes import reminders, sequencer, training_clock
from processes.demo.biddings import build_biddings
from processes.demo.bulletins import build_bulletins
from processes.demo.city import BEGAN, build_city
from processes.demo.closing import build_closing
from processes.demo.enrolments import build_enrolments
from processes.demo.huairou_projects import build_huairou_projects
from processes.demo.neighbours import build_neighbour
from processes.demo.player import Player
from processes.demo.projects import build_projects
from processes.demo.troubled import build_troubled
from processes.job_runner import due_jobs, run_job

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
STAGES = (
    build_closing,
    build_troubled,
    build_projects,
    build_biddings,
    build_enrolments,
    build_huairou_projects,
    build_bulletins,
)


def build_demonstration(settings: Settings) -> None:
    """Make the demonstration; the mark comes first, so that half a one is never taken for real."""
    with business_clock(fixed(BEGAN)), unit_of_work() as session:
        session.merge(Setting(name=training_clock.DEMONSTRATION, value=True))
        build_city(session)
    build_neighbour()
    player = Player(settings)
    for build in STAGES:
        build(player)
    with business_clock(fixed(NOW)):
        while sum(run_job(one, settings) for one in due_jobs()) + reminders.tell_due():
            pass
        sequencer.sequence(settings)
    training_clock.store(NOW, running=False)
    training_clock.install(settings)
