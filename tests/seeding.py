"""A small selection made by the real verbs: place, people, project, draw, up to any state."""

import itertools
import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from handlers.context import Case, OperatorContext
from models.calendar import WorkCalendar, forget_calendar, load_calendar
from models.clock import CHINA, business_clock, business_now, fixed, system_now
from models.flow.definition import Content, Definition, DefinitionStatus
from models.flow.instance import Instance, InstanceStatus
from models.flow.rules import CountyRules, Rule
from models.flow.work_item import WorkItem, WorkItemState
from models.identity.account import Account, Grant
from models.identity.actor import PLATFORM, Actor
from models.identity.county import County
from models.identity.loading import actor_of
from models.identity.party import Party
from models.identity.passwords import hash_password
from models.ids import new_id
from models.installation import ensure_installation, log_key
from models.notice import Notice, NoticeKind
from models.project import Project, ProjectPhase, SelectionMethod
from models.roster.entry import EntryStatus, Qualification, RosterEntry, Suspension
from models.selection import draw_keys, draw_v1, draws, envelope, guardians, interests, opening
from models.selection.interests import Submission
from models.selection.tables import Draw, DrawContributor, Mask
from models.session import reading, unit_of_work
from models.settings import Settings

COUNTY = "dazhou"
MORNING = datetime(2026, 11, 18, 9, 0, tzinfo=CHINA)
FREEZE_AT = datetime(2026, 11, 20, 17, 30, tzinfo=CHINA)
SELECTION_AT = datetime(2026, 11, 23, 15, 0, tzinfo=CHINA)
PUBLISHED_AT = SELECTION_AT + timedelta(minutes=30)
PASSWORD = "smallworks-demo"
HASH = hash_password(PASSWORD)
NAMES = [
    "禾木",
    "北渚",
    "长汀",
    "听松",
    "疏桐",
    "白鹭",
    "石桥",
    "云麓",
    "望江",
    "青杉",
    "柳岸",
    "松涧",
]
WANTED = {"scheme": "construction", "category": "市政公用工程施工总承包", "level": 3}
RULES = {
    "notice.minimum_period": 2,
    "draw.algorithm": "sha256",
    "draw.minimum_candidates": 2,
    "draw.opens_losers": False,
    "publicity.period": 1,
    "bidding.minimum_joiners": 3,
    "bidding.below_floor": "clamp",
    "bidding.minimum_period": 1,
    "comparison.minimum_period": 2,
    "comparison.correction_period": 1,
    "comparison.minimum_registered": 3,
    "comparison.minimum_passed": 2,
}


@dataclass
class Town:
    """The county of a test: one owner with two appointed people, and contractors."""

    settings: Settings
    owner_id: str
    officer_id: str
    monitor_id: str
    contractors: list[str] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(187))


def rules(**changes: object) -> CountyRules:
    on = date(2026, 11, 18)
    made = {
        key: Rule(value, key, "", "测试", on, COUNTY) for key, value in {**RULES, **changes}.items()
    }
    return CountyRules(COUNTY, on, made)


def build_town(settings: Settings, contractors: int = 4) -> Town:
    """Make county, calendar, guardians, owner, officer, monitor and fitting contractors."""
    with unit_of_work() as session:
        ensure_installation(session)
        log_key(session, settings)
        guardians.ensure_guardians(session, settings)
        for code, name, parent in (("city", "市本级", None), (COUNTY, "达州市", "city")):
            if session.get(County, code) is None:
                session.add(County(code=code, name=name, parent_code=parent))
                session.flush()
        year = date(2026, 1, 1)
        days = [year + timedelta(days=n) for n in range(365)]
        session.add_all(
            WorkCalendar(day=day, is_workday=day.weekday() < 5, source="测试") for day in days
        )
        owner = _party(session, "青石镇人民政府", 1)
        officer = _account(session, "dz.selector", "韩知远", owner.id, "selection_officer")
        monitor = _account(session, "dz.monitor", "罗澄", owner.id, "monitor")
        _account(session, "dz.owner", "邓岚", owner.id, "owner")
        _account(session, "dz.centre", "沈砚秋", None, "trading_centre")
        town = Town(settings, owner.id, officer.id, monitor.id)
    forget_calendar()
    for n in range(contractors):
        add_contractor(town, n)
    return town


def add_contractor(town: Town, n: int, *, county: str = COUNTY, level: int = 2) -> str:
    """Add a company of the roster with its account ``dz.contractorNN``; return the account's id."""
    with unit_of_work() as session:
        if session.get(County, county) is None:
            session.add(County(code=county, name="怀柔区", parent_code="city"))
            session.flush()
        party = _party(session, f"云泽{NAMES[n % len(NAMES)]}建筑工程有限公司", 100 + n, county)
        entry = RosterEntry(
            party_id=party.id,
            county_code=county,
            status=EntryStatus.ACTIVE,
            entered_on=date(2026, 1, 5),
        )
        session.add(entry)
        session.flush()
        session.add(
            Qualification(
                entry_id=entry.id,
                scheme=WANTED["scheme"],
                category=WANTED["category"],
                level=level,
                level_name={2: "二级", 4: "四级"}[level],
                certificate=f"D{n:08}",
                valid_from=date(2024, 1, 1),
                valid_until=date(2029, 1, 1),
            )
        )
        username = f"dz.contractor{n + 1:02}"
        account = _account(session, username, f"投标{n + 1}", party.id, "contractor", county)
        town.contractors.append(account.id)
        return account.id


def suspend(account_id: str, until: datetime) -> None:
    with unit_of_work() as session:
        account = session.get_one(Account, account_id)
        session.add(
            Suspension(
                party_id=account.party_id,
                county_code=COUNTY,
                from_at=MORNING - timedelta(days=1),
                until_at=until,
                reason="放弃中选",
            )
        )


def _party(session, name: str, n: int, county: str = COUNTY) -> Party:
    party = Party(
        name=name, credit_code=f"9151190{n:011}", county_code=county, created_at=system_now()
    )
    session.add(party)
    session.flush()
    return party


def _account(session, username, name, party_id, role, county=COUNTY) -> Account:
    account = Account(
        username=username,
        name=name,
        party_id=party_id,
        password=HASH,
        fs_uniquifier=new_id(),
        created_at=system_now(),
    )
    session.add(account)
    session.flush()
    session.add(Grant(account_id=account.id, role=role, county_code=county))
    return account


def actor(account_id: str) -> Actor:
    with reading() as session:
        found = actor_of(session, account_id)
    assert found is not None
    return found


def world(session, town: Town, who: Actor = PLATFORM, **changes: object) -> OperatorContext:
    """The world of an operator in this town."""
    case = Case(instance_id="0" * 32, county=COUNTY, flow="random_selection", element="test")
    return OperatorContext(
        session=session,
        actor=who,
        case=case,
        rules=rules(**changes),
        calendar=load_calendar(session),
        settings=town.settings,
    )


def announce(town: Town, title: str = "石桥村灌溉渠修缮工程", **columns: object) -> Draw:
    """Register a project, seal both secrets, fix the plan, publish the notice, open the list."""
    with business_clock(fixed(MORNING)), unit_of_work() as session:
        project = _project(town, title, columns)
        session.add(project)
        session.flush()
        here = world(session, town)
        draw = draws.prepare(here, project.id)
        for role, person in (("owner", town.officer_id), ("monitor", town.monitor_id)):
            session.add(_contributor(session, draw, role, person))
        session.flush()
        draws.plan(here, draw, FREEZE_AT, SELECTION_AT)
        session.add(_tender(project, draw))
        session.add(
            Mask(
                project_id=project.id,
                field="interests",
                until="published",
                article="交易规程第七十六条",
                set_at=business_now(),
            )
        )
        draws.announce(here, draw)
        project.phase = ProjectPhase.ANNOUNCED
        project.announced_at = business_now()
        draw_keys.make(town.settings, draw.id)
        draws.open_list(here, draw)
        return draw


def _project(town: Town, title: str, columns: dict) -> Project:
    values = {
        "number": f"DZ-2026-{next(town.numbers):04}",
        "county_code": COUNTY,
        "owner_id": town.owner_id,
        "title": title,
        "works_type": "水利",
        "method": SelectionMethod.RANDOM_DRAW,
        "phase": ProjectPhase.PREPARING,
        "ceiling_price": 38_640_000,
        "location": "青石镇石桥村",
        "duration_days": 45,
        "requirements": [{**WANTED, "level_name": "三级"}],
        "created_at": MORNING - timedelta(days=2),
        **columns,
    }
    return Project(**values)


def _contributor(session, draw: Draw, role: str, person: str) -> DrawContributor:
    secret = secrets.token_hex(32)
    context = {"project": draw.project_id, "kind": "draw_secret", "holder": role}
    sealed = envelope.seal(context, {"secret": secret}, guardians.public_guardians(session))
    return DrawContributor(
        draw_id=draw.id,
        role=role,
        account_id=person,
        commit=draw_v1.commit(draw.alg, draw.id, role, secret),
        envelope=sealed,
    )


def _tender(project: Project, draw: Draw) -> Notice:
    return Notice(
        kind=NoticeKind.TENDER_NOTICE,
        county_code=project.county_code,
        project_id=project.id,
        draw_id=draw.id,
        title=f"{project.title}选取公告",
        body="本项目已经受理，现采用随机选取方式确定施工企业。\n\n欢迎符合条件的施工企业参与。",
        facts={
            "facts": [["项目业主", "青石镇人民政府"], ["建设地点", project.location]],
            "conditions": ["已进入本区县名册库", "具备市政公用工程施工总承包三级及以上"],
            "plan_hash": draw.plan_hash,
            "alg": draw.alg,
        },
        published_at=business_now(),
        ends_at=draw.freeze_at,
    )


def join(town: Town, draw: Draw, account_id: str, at: datetime = MORNING, **values: object) -> dict:
    """Join as a program does; return the receipt with its blind."""
    with business_clock(fixed(at)), unit_of_work() as session:
        submission = Submission(accept=True, **values)
        return interests.join(
            session, town.settings, draw.project_id, actor(account_id), submission
        )


def leave(town: Town, draw: Draw, account_id: str, at: datetime = MORNING) -> None:
    with business_clock(fixed(at)), unit_of_work() as session:
        interests.leave(session, town.settings, draw.project_id, actor(account_id))


def freeze(town: Town, draw: Draw) -> Draw:
    with business_clock(fixed(FREEZE_AT)), unit_of_work() as session:
        draw = session.get_one(Draw, draw.id)
        frozen = draws.freeze(world(session, town), draw)
        project = session.get_one(Project, draw.project_id)
        project.phase = ProjectPhase.FROZEN if frozen.enough else ProjectPhase.UNSUCCESSFUL
        if not frozen.enough:
            draws.fail(world(session, town), draw, "意向施工企业不足")
        return draw


def open_(town: Town, draw: Draw, at: datetime = SELECTION_AT) -> Draw:
    with business_clock(fixed(at)), unit_of_work() as session:
        draw = session.get_one(Draw, draw.id)
        opening.open_(world(session, town), draw)
        return draw


def hold(town: Town, draw: Draw, at: datetime = SELECTION_AT) -> Draw:
    open_(town, draw, at)
    with business_clock(fixed(at)), unit_of_work() as session:
        draw = session.get_one(Draw, draw.id)
        opening.hold(world(session, town), draw)
        session.get_one(Project, draw.project_id).phase = ProjectPhase.DRAWN
        return draw


def publish(town: Town, draw: Draw, at: datetime = PUBLISHED_AT, **changes: object) -> Draw:
    with business_clock(fixed(at)), unit_of_work() as session:
        draw = session.get_one(Draw, draw.id)
        opening.publish(world(session, town, **changes), draw)
        project = session.get_one(Project, draw.project_id)
        project.phase = ProjectPhase.PUBLICISED
        project.traded_at = project.traded_at or at
        session.add(
            Notice(
                kind=NoticeKind.AWARD_NOTICE,
                county_code=project.county_code,
                project_id=project.id,
                draw_id=draw.id,
                title=f"{project.title}中选结果公示",
                body="本项目已经完成随机选取，现将结果予以公示。",
                facts={"facts": [["中选价", "见结果页"]], "price": project.award_price},
                published_at=at,
                ends_at=at + timedelta(days=1),
            )
        )
        return draw


def finished(town: Town, title: str = "石桥村灌溉渠修缮工程", **columns: object) -> Draw:
    """A whole selection, from the notice to the published result."""
    draw = announce(town, title, **columns)
    for account_id in town.contractors:
        join(town, draw, account_id)
    freeze(town, draw)
    hold(town, draw)
    return publish(town, draw)


def wait_for(town: Town, draw: Draw, step: str, role: str, account_id: str | None) -> str:
    """Let a step of the ceremony wait for one person, as the engine's rows say it."""
    with unit_of_work() as session:
        key = new_id()
        session.add(Content(sha256=key * 2, body=b""))
        session.flush()
        flow = Definition(
            key=f"draw_ceremony_{key}",
            county_code="base",
            version=1,
            title="当众随机选取",
            status=DefinitionStatus.PUBLISHED,
            diagram=key * 2,
            created_at=MORNING,
        )
        session.add(flow)
        session.flush()
        instance = Instance(
            definition_id=flow.id,
            county_code=COUNTY,
            project_id=draw.project_id,
            status=InstanceStatus.RUNNING,
            state=b"",
            rules_on=MORNING.date(),
            started_by=town.officer_id,
            created_at=MORNING,
        )
        session.add(instance)
        session.flush()
        item = WorkItem(
            instance_id=instance.id,
            task_id=new_id(),
            flow=flow.key,
            county_code=COUNTY,
            project_id=draw.project_id,
            step=step,
            title="开启随机选取",
            role=role,
            account_id=account_id,
            state=WorkItemState.READY,
            opened_at=MORNING,
        )
        session.add(item)
        session.flush()
        return item.id


def rows(table, **values: object) -> list:
    with reading() as session:
        return list(session.scalars(select(table).filter_by(**values)))
