"""What a pack's check finds: every way in which an official's folder can be wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.settings import BPMN
from processes.packs import check_pack

RULES = '[draw.minimum_candidates]\n[[draw.minimum_candidates.values]]\nfrom = 2026-01-01\nvalue = 3\nsource = "某办法第三条"\n'


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A sound small county."""
    folder = tmp_path / "anlan"
    (folder / "forms").mkdir(parents=True)
    (folder / "pack.toml").write_text('code = "anlan"\nname = "安澜县"\nextends = "base"\n')
    (folder / "rules.toml").write_text(RULES)
    shutil.copy(BPMN / "base/forms/open_draw.json", folder / "forms/open_draw.json")
    return folder


def errors(folder: Path) -> list[str]:
    return [f"{one.element}：{one.message}" for one in check_pack(folder) if one.level == "error"]


@pytest.mark.parametrize(
    "name", ["base", "counties/dazhou", "counties/city", "counties/huairou", "counties/xiangxi"]
)
def test_shipped_packs_are_sound(name: str) -> None:
    assert errors(BPMN / name) == []


def test_small_county_is_sound(pack: Path) -> None:
    assert check_pack(pack) == []


RULE_FAULTS = [
    (RULES.replace("minimum_candidates", "minimum_candidate"), "没有这条规则"),
    (RULES.replace("value = 3", 'value = "3"'), "类型"),
    (RULES.replace("value = 3", "value = 99"), "2 至 20"),
    (RULES.replace('source = "某办法第三条"\n', ""), "from、value、source"),
    (RULES.replace("某办法第三条", " "), "依据"),
    (RULES.replace("2026-01-01", '"2026"'), "日期"),
    (RULES + RULES.split("\n", 1)[1], "同一天"),
    (RULES.replace("[draw.minimum_candidates]\n", '[draw.minimum_candidates]\nunit = "day"\n', 1), "单位"),
    (RULES.replace("[draw.minimum_candidates]\n", '[draw.minimum_candidates]\nlabel = "x"\n', 1), "由基础包规定"),
    (RULES.replace("[draw.minimum_candidates]\n", "[draw.minimum_candidates]\ncolour = 1\n", 1), "不认识"),
    ("draw = 3", "写法不对"),
    ("[[", "TOML"),
    (RULES.replace("minimum_candidates", "algorithm").replace("3", '"md5"', 1).replace("= 3", '= "md5"'), "之一"),
    (RULES.replace("draw.minimum_candidates", "day.closes_at").replace("= 3", '= "25:00"'), "17:30"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), RULE_FAULTS)
def test_wrong_rule_is_found_and_told_apart(pack: Path, text: str, told: str) -> None:
    (pack / "rules.toml").write_text(text)
    assert any(told in one for one in errors(pack)), errors(pack)


def write(path: str, text: str = "x") -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    return act


def link(folder: Path) -> None:
    (folder / "forms/secret.json").symlink_to("/etc/hostname")


def linked_folder(folder: Path) -> None:
    (folder / "decisions").symlink_to("/etc")


def huge(folder: Path) -> None:
    (folder / "forms/huge.json").write_text("[" + "1," * 1_100_000 + "1]")


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


FAULTS = [
    (write("forms/operators.py"), "不能含程序"),
    (write("handlers/x.py"), "没有名为“handlers”"),
    (write("setup.py"), "顶层只放"),
    (write("forms/../forms/A b.json", "{}"), "文件名"),
    (write("forms/deep/x.json", "{}"), "过深的文件夹"),
    (link, "不是普通文件"),
    (linked_folder, "不是普通文件"),
    (huge, "超过 2 MB"),
    (remove("pack.toml"), "没有 pack.toml"),
    (write("pack.toml", 'code = "anlan"\nname = "x"'), "extends"),
    (write("pack.toml", 'code = "../x"\nname = "x"\nextends = "base"'), "小写拼音"),
    (write("pack.toml", 'code = "anlan"\nname = "x"\nextends = "base"\nrun = "sh"'), "不认识"),
    (write("pack.toml", 'code = "anlan"\nname = "安澜县"\nextends = "base"\nwithholds = ["reverse_acution"]'), "reverse_acution"),
    (write("pack.toml", 'code = "anlan"\nname = "安澜县"\nextends = "base"\nwithholds = "reverse_auction"'), "withholds 须写成"),
    (write("roles.toml", '[synonyms]\nowner = ["交易中心"]'), "指了两个角色"),
    (write("roles.toml", '[synonyms]\nnobody = ["某人"]'), "写法不对"),
    (write("roles.toml", '[[role]]\nid = "x"'), "写法不对"),
    (write("forms/open_draw.json", "{"), "JSON"),
    (write("forms/open_draw.json", '{"components": [{"type": "iframe"}]}'), "open_draw"),
    (write("notices/tender_notice.toml", 'kind = "tender_notice"\ntitle = "x"\nbody = "{joiners}"'), "joiners"),
    (write("notices/tender_notice.toml", 'kind = "leaflet"\ntitle = "x"\nbody = "x"'), "公告类别"),
    (write("notices/x.toml", 'kind = "tender_notice"\ntitle = "x"\nbody = "x"'), "文件名须是"),
    (write("diagrams/x.bpmn", "<x/>"), "BPMN"),
    (write("diagrams/x.bpmn", "<!DOCTYPE x><x/>"), "DOCTYPE"),
    (write("decisions/x.dmn", "<x/>"), "DMN"),
    (write("cases/x.toml", "[[case]]\nname = 1"), "办理样例"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "told"), FAULTS, ids=[told for _, told in FAULTS])
def test_hostile_or_malformed_pack_is_refused_with_the_reason(
    pack: Path, act: Callable[[Path], None], told: str
) -> None:
    act(pack)
    assert any(told in one for one in errors(pack)), errors(pack)


def test_diagram_that_names_what_the_pack_has_not_is_refused(pack: Path) -> None:
    text = (BPMN / "base/diagrams/appointments.bpmn").read_text()
    (pack / "diagrams").mkdir()
    (pack / "diagrams/appointments.bpmn").write_text(text.replace('"confirm_officer"', '"gone"'))
    assert any("gone" in one for one in errors(pack)), errors(pack)


def test_notice_of_a_kind_offers_nothing_that_is_hidden_when_it_is_published(pack: Path) -> None:
    text = 'kind = "tender_notice"\ntitle = "x"\nbody = "{winner} {tickets} {interests}"'
    write("notices/tender_notice.toml", text)(pack)
    assert any("winner" in one and "tickets" in one for one in errors(pack))
