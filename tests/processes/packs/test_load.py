"""Loading a pack: idempotent, whole or not at all, new versions only for what changed."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.flow.definition import BASE, Definition, DefinitionStatus, RuleValue
from models.flow.rules import forget_rules, load_rules
from models.identity.actor import PLATFORM
from models.identity.county import County
from models.ledger.tables import LedgerEntry
from models.notice import Notice, NoticeKind
from models.session import reading, unit_of_work
from models.settings import BPMN
from processes.packs import check_pack, export_pack, load_pack, role_title, roles
from processes.packs.errors import PackFaultyError
from tests.city import FREEZE, SELECTION, City, city, county

__all__ = ["city", "county"]


def versions(county: str = "") -> Counter[str]:
    """How many versions each flow has, everywhere or in one county."""
    query = select(Definition.key)
    with reading() as session:
        if county:
            query = query.where(Definition.county_code == county)
        return Counter(session.scalars(query))


def load(folder: Path) -> None:
    with unit_of_work() as session:
        load_pack(session, folder, PLATFORM)


def test_loading_again_changes_nothing_and_logs_nothing(city: City) -> None:
    before = versions()
    with reading() as session:
        logged = session.scalar(select(func.count(LedgerEntry.id)))
    load(BPMN / "base")
    load(BPMN / "counties/dazhou")
    assert versions() == before
    with reading() as session:
        assert session.scalar(select(func.count(LedgerEntry.id))) == logged


def test_changed_form_makes_new_versions_of_the_flows_that_use_it_and_of_their_callers(
    city: City, tmp_path: Path
) -> None:
    folder = tmp_path / "base"
    shutil.copytree(BPMN / "base", folder)
    form = folder / "forms/open_draw.json"
    form.write_text(form.read_text().replace("监督人员已在场", "监督人员已经在场"))
    load(folder)

    assert versions(BASE)["draw_ceremony"] == 2
    assert versions(BASE)["random_selection"] == 2
    assert versions(BASE)["appointments"] == 1
    with reading() as session:
        query = select(func.count()).where(
            Definition.key == "draw_ceremony",
            Definition.county_code == BASE,
            Definition.status == DefinitionStatus.PUBLISHED,
        )
        assert session.scalar(query) == 1


def test_faulty_pack_stores_nothing(city: City, tmp_path: Path) -> None:
    folder = tmp_path / "dazhou"
    shutil.copytree(BPMN / "counties/dazhou", folder)
    (folder / "rules.toml").write_text((folder / "rules.toml").read_text().replace("= 2", "= 0"))
    with reading() as session:
        before = session.execute(select(RuleValue.key, RuleValue.value)).all()
    with pytest.raises(PackFaultyError) as refused:
        load(folder)
    assert "notice.minimum_period" in str(refused.value)
    with reading() as session:
        assert session.execute(select(RuleValue.key, RuleValue.value)).all() == before


def test_countys_value_stands_over_the_bases_from_its_day_on(city: City, tmp_path: Path) -> None:
    folder = tmp_path / "dazhou"
    shutil.copytree(BPMN / "counties/dazhou", folder)
    text = (folder / "rules.toml").read_text()
    later = '[[publicity.period.values]]\nfrom = 2026-12-01\nvalue = 3\nsource = "新办法第二条"\n'
    (folder / "rules.toml").write_text(text.replace("[appointment", later + "\n[appointment", 1))
    load(folder)
    with reading() as session:
        old = load_rules(session, "dazhou", date(2026, 11, 30)).rule("publicity.period")
        new = load_rules(session, "dazhou", date(2026, 12, 1)).rule("publicity.period")
        other = load_rules(session, "city", date(2026, 12, 1)).rule("publicity.period")
    assert (old.value, new.value, new.source) == (1, 3, "新办法第二条")
    assert (other.value, other.county) == (1, "base")


def test_case_keeps_the_values_of_the_day_it_began(city: City) -> None:
    story = city.announced(1, 2)
    with unit_of_work() as session:
        row = RuleValue(county_code="dazhou", key="publicity.period", from_on=date(2026, 11, 10))
        row.label, row.unit, row.value, row.source = "公示期", "working_day", 3, "后来的规定"
        session.add(row)
    forget_rules()
    story.wake(FREEZE)
    story.wake(SELECTION)
    story.hold(SELECTION)
    story.publish(SELECTION)
    with reading() as session:
        award = session.scalars(select(Notice).where(Notice.kind == NoticeKind.AWARD_NOTICE)).one()
    assert award.ends_at is not None
    assert award.ends_at.date() == date(2026, 11, 16)


def test_exported_pack_loads_to_the_same(city: City, tmp_path: Path) -> None:
    for code in ("base", "dazhou", "huairou", "xiangxi"):
        folder = tmp_path / code
        with reading() as session:
            assert export_pack(session, code, folder) > 0
        assert [one for one in check_pack(folder) if one.level == "error"] == []
        before = versions()
        load(folder)
        assert versions() == before


def test_roles_have_each_countys_own_words(city: City) -> None:
    with reading() as session:
        assert roles(session, "huairou")["建设单位"] == "owner"
        assert role_title(session, "owner", "huairou") == "建设单位"
        assert role_title(session, "owner", "dazhou") == "项目业主"
        assert roles(session, "dazhou")["市交易中心"] == "trading_centre"
        assert role_title(session, "no_such_role", "dazhou") == "no_such_role"


def test_counties_stand_under_their_city(city: City) -> None:
    with reading() as session:
        found = session.execute(select(County.code, County.parent_code)).all()
    assert sorted(found, key=str) == [
        ("city", None),
        *((code, "city") for code in ("dazhou", "huairou", "xiangxi")),
    ]
