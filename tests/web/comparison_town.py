"""A comparison made by the real verbs, in any state, with everybody who may or may not follow it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import CHINA, business_clock, fixed
from models.identity.account import Account
from models.identity.party import Party
from models.notice import Notice, NoticeKind
from models.project import Management, Project, ProjectPhase, SelectionMethod
from models.roster.declined import DeclinedAward
from models.selection import comparisons
from models.selection.comparison_tables import Candidate
from models.selection.comparisons import Findings, Offer, Verdict
from models.selection.tables import Draw, Mask
from models.session import reading, unit_of_work
from models.settings import Settings
from processes.sequencer import sequence
from tests import seeding
from tests.seeding import COUNTY, MORNING, Town

CLOSES = datetime(2026, 11, 23, 17, 0, tzinfo=CHINA)
REVIEWED = datetime(2026, 11, 24, 10, 0, tzinfo=CHINA)
COMPARED = datetime(2026, 11, 24, 15, 0, tzinfo=CHINA)
PUBLISHED = datetime(2026, 11, 25, 9, 0, tzinfo=CHINA)
ARTICLE = "怀柔区散小工程交易服务系统操作手册4.5.4"
RULES = {
    "comparison.minimum_period": 2,
    "comparison.correction_period": 1,
    "comparison.minimum_registered": 3,
    "comparison.minimum_passed": 2,
    "disclosure.comparison": "ranking",
}
TITLE = "桥梓镇文化广场铺装工程"
REASONS = ("报价合理，业绩相近工程3个", "报价略高，工期安排可行", "材料齐全，报价最高")


@dataclass
class Compared:
    """A town with an agency and others like them, and one comparison."""

    town: Town
    agency_id: str
    project_id: str = ""
    draw_id: str = ""
    joined: list[str] = field(default_factory=list)

    @property
    def draw(self) -> Draw:
        with reading() as session:
            return session.get_one(Draw, self.draw_id)


def build(settings: Settings, contractors: int = 4) -> Compared:
    """Make the town, its agency, another town with its agency, a regulator."""
    town = seeding.build_town(settings, contractors)
    with unit_of_work() as session:
        agency = seeding._party(session, "安泽工程咨询有限公司", 60)
        other = seeding._party(session, "北庭招标代理有限公司", 61)
        neighbour = seeding._party(session, "白石乡人民政府", 62)
        for username, name, party, role in (
            ("dz.agency", "钱若水", agency.id, "agency"),
            ("dz.agency2", "冯远", other.id, "agency"),
            ("dz.owner2", "丁一鸣", neighbour.id, "owner"),
            ("dz.housing", "方既明", None, "regulator"),
            ("dz.supervisor", "邱实", None, "supervisor"),
            ("dz.auditor", "曹正", None, "auditor"),
        ):
            seeding._account(session, username, name, party, role)
        return Compared(town, agency.id)


def announce(
    made: Compared,
    management: Management = Management.ENTRUSTED,
    closes_at: datetime = CLOSES,
    **columns: object,
) -> Compared:
    """Register the project and publish its tender notice: registration is open."""
    entrusted = management is Management.ENTRUSTED
    values = {
        "method": SelectionMethod.COMPARATIVE_SELECTION,
        "management": management,
        "agency_id": made.agency_id if entrusted else None,
        "selection_at": None,
        **columns,
    }
    with business_clock(fixed(MORNING)), unit_of_work() as session:
        project = seeding._project(made.town, values.pop("title", TITLE), values)
        session.add(project)
        session.flush()
        here = seeding.world(session, made.town, **RULES)
        comparison = comparisons.prepare(here, project.id)
        comparisons.plan(here, comparison, closes_at)
        draw = comparisons.draw_of(session, comparison)
        session.add(_tender(project, comparison.id, draw))
        session.add_all((_mask(project, "interests"), _mask(project, "ranking", "ranking")))
        comparisons.open_(here, comparison)
        project.phase, project.announced_at = ProjectPhase.ANNOUNCED, MORNING
        made.project_id, made.draw_id = project.id, draw.id
    return made


def _tender(project: Project, comparison_id: str, draw: Draw) -> Notice:
    return Notice(
        kind=NoticeKind.TENDER_NOTICE,
        county_code=COUNTY,
        project_id=project.id,
        draw_id=draw.id,
        title=f"{project.title}发包公告",
        body="本项目采用比选方式确定施工单位，欢迎符合条件的施工单位报名。",
        facts={"facts": [["项目业主", "青石镇人民政府"]], "announces_comparison": comparison_id},
        published_at=MORNING,
        ends_at=draw.freeze_at,
    )


def _mask(project: Project, name: str, until: str = "frozen") -> Mask:
    return Mask(project_id=project.id, field=name, until=until, article=ARTICLE, set_at=MORNING)


def _lift(session: Session, made: Compared, name: str, at: datetime) -> None:
    query = select(Mask).where(Mask.project_id == made.project_id, Mask.field == name)
    for mask in session.scalars(query):
        mask.lifted_at = at


def register(made: Compared, *numbers: int) -> Compared:
    """Let these contractors register, each with a contact and a remark of its own."""
    for number in numbers:
        account = made.town.contractors[number]
        texts = {"contact": f"联系{number} 1391000{number:04}", "remark": f"说明{number}"}
        seeding.join(made.town, made.draw, account, **texts)
        made.joined.append(account)
    return made


def close(made: Compared) -> Compared:
    """Close the registration; the names are still sealed."""
    with business_clock(fixed(CLOSES)), unit_of_work() as session:
        comparison = comparisons.current(session, made.project_id)
        comparisons.close(seeding.world(session, made.town, **RULES), comparison)
        project = session.get_one(Project, made.project_id)
        project.phase = ProjectPhase.REGISTRATION_CLOSED
    return made


def open_names(made: Compared) -> Compared:
    """Close, write the close into the log, let the guardians open the names, lift the masks."""
    close(made)
    sequence(made.town.settings)
    with business_clock(fixed(CLOSES + timedelta(minutes=2))), unit_of_work() as session:
        here = seeding.world(session, made.town, **RULES)
        opened = comparisons.open_names(here, comparisons.current(session, made.project_id))
        assert opened.complete, opened
        _lift(session, made, "interests", CLOSES + timedelta(minutes=2))
    return made


def review(made: Compared, failed: int = 0) -> Compared:
    """Review all; the last ``failed`` of the list do not pass."""
    with business_clock(fixed(REVIEWED)), unit_of_work() as session:
        comparison = comparisons.current(session, made.project_id)
        rows = comparison.candidates
        verdicts = [
            Verdict(
                candidate=row.id,
                passed=place < len(rows) - failed,
                reason="资料齐全" if place < len(rows) - failed else "项目经理证书已过期",
            )
            for place, row in enumerate(rows)
        ]
        comparisons.review(seeding.world(session, made.town, **RULES), comparison, verdicts)
        session.get_one(Project, made.project_id).phase = ProjectPhase.REVIEWED
    return made


def compare(made: Compared) -> Compared:
    """Rank those that passed, the first in the list first."""
    with business_clock(fixed(COMPARED)), unit_of_work() as session:
        comparison = comparisons.current(session, made.project_id)
        offers = [
            Offer(
                candidate=row.id,
                price=30_000_000 + 100_000 * place,
                rank=place,
                reason=REASONS[min(place, 3) - 1],
            )
            for place, row in enumerate(comparisons.passed_of(comparison), start=1)
        ]
        findings = Findings(
            method="综合评议法",
            participants="韩知远、邓岚、钱若水",
            reason="报价合理",
            offers=offers,
        )
        comparisons.compare(seeding.world(session, made.town, **RULES), comparison, findings)
    return made


def publish(made: Compared, shows: str = "ranking") -> Compared:
    """Publish the award notice, with the ranking or with the winner alone."""
    with business_clock(fixed(PUBLISHED)), unit_of_work() as session:
        comparison = comparisons.current(session, made.project_id)
        comparisons.publish(seeding.world(session, made.town, **RULES), comparison)
        project = session.get_one(Project, made.project_id)
        project.phase, project.traded_at = ProjectPhase.PUBLICISED, PUBLISHED
        if shows == "ranking":
            _lift(session, made, "ranking", PUBLISHED)
        session.add(
            Notice(
                kind=NoticeKind.AWARD_NOTICE,
                county_code=COUNTY,
                project_id=project.id,
                draw_id=made.draw_id,
                title=f"{project.title}中选公告",
                body="本项目已经比选，现将结果公布如下。",
                facts={"facts": [], "price": project.award_price},
                published_at=PUBLISHED,
            )
        )
    return made


def at_stage(made: Compared, stage: str, *, failed: int = 0) -> Compared:
    """Announce and go on to a stage: registering, closed, opened, reviewed, compared, published."""
    register(announce(made), *range(len(made.town.contractors)))
    for name in ("opened", "reviewed", "compared", "published"):
        if stage == "closed":
            return close(made)
        if stage == "registering":
            return made
        {
            "opened": open_names,
            "reviewed": lambda one: review(one, failed),
            "compared": compare,
            "published": publish,
        }[name](made)
        if stage == name:
            break
    return made


def decline(made: Compared) -> None:
    """Let the winner give its award back."""
    with unit_of_work() as session:
        comparison = comparisons.current(session, made.project_id)
        session.add(
            DeclinedAward(
                draw_id=made.draw_id,
                project_id=made.project_id,
                party_id=comparison.winner_id,
                county_code=COUNTY,
                price=comparison.price,
                reason="人员不足",
                is_excluded=True,
                declined_at=PUBLISHED,
            )
        )


def tender_of(made: Compared) -> str:
    """Return the id of the tender notice."""
    with reading() as session:
        query = select(Notice.id).where(
            Notice.project_id == made.project_id, Notice.kind == NoticeKind.TENDER_NOTICE
        )
        return session.scalars(query).one()


def names(made: Compared) -> list[str]:
    """Return the names of the town's contractors, in their own order."""
    with reading() as session:
        parties = [session.get_one(Account, one).party_id for one in made.town.contractors]
        return [session.get_one(Party, one).name for one in parties]


def candidates(made: Compared) -> list[Candidate]:
    """Return the candidates of the newest round."""
    with reading() as session:
        found = comparisons.current(session, made.project_id).candidates
        session.expunge_all()
        return found


@contextmanager
def masked_again(made: Compared) -> Iterator[None]:
    """Hide the names anew, as a second mask does that nobody has lifted."""
    with unit_of_work() as session:
        project = session.get_one(Project, made.project_id)
        session.add(_mask(project, "interests"))
    yield
