"""Two people at one file: what each changed in words, both changes in one, clashes named."""

from models.settings import BPMN
from processes.compare import changes
from processes.packs.three_ways import three_ways

FLOW = "diagrams/random_selection.bpmn"
TABLE = "decisions/evaluation_criteria.dmn"
STEP, WAY = "指定选取和监督人员", 'frozen["enough"]'


def edited(path: str, *edits: tuple[str, str]) -> bytes:
    text = (BPMN / "base" / path).read_text(encoding="utf-8")
    for before, after in edits:
        assert before in text
        text = text.replace(before, after, 1)
    return text.encode()


def test_changes_in_different_places_are_both_in_the_merged_file():
    base, mine, theirs = edited(FLOW), edited(FLOW, (STEP, "甲")), edited(FLOW, (WAY, "x"))
    found = three_ways(FLOW, base, mine, theirs)
    assert found.clashes == []
    assert [one.what for one in (*found.mine, *found.theirs)] == ["名称", "条件"]
    merged = (found.text or "").encode()
    assert changes(FLOW, mine, merged) == found.theirs


def test_a_place_that_both_changed_is_named_and_goes_to_whom_is_chosen():
    base, mine, theirs = (edited(FLOW, (STEP, name)) for name in (STEP, "甲", "乙"))
    found = three_ways(FLOW, base, mine, theirs)
    (clash,) = found.clashes
    assert (clash.words, clash.mine, clash.theirs) == ("用户任务“甲”：名称", "甲", "乙")
    assert "甲" in (found.text or "")
    chosen = three_ways(FLOW, base, mine, theirs, [clash.place])
    assert changes(FLOW, theirs, (chosen.text or "").encode()) == []


def test_a_cell_of_a_table_is_named_by_its_rule():
    cells = ("<text>-</text>", '<text>"a"</text>', '<text>"b"</text>')
    found = three_ways(TABLE, *(edited(TABLE, (cells[0], cell)) for cell in cells))
    (clash,) = found.clashes
    assert (clash.words, clash.mine, clash.theirs) == ("第1条规则：文字", '"a"', '"b"')


def test_what_cannot_be_read_is_not_merged_and_its_changes_are_told():
    found = three_ways(FLOW, edited(FLOW), b"<bpmn:definitions <", edited(FLOW, (STEP, "乙")))
    assert found.text is None
    assert found.mine
    assert found.theirs
