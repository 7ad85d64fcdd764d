"""Three-way merges: nothing of either side is lost, and a clash is told."""

import time
import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.packs.merge import MISSING, Merge, in_order, same
from processes.packs.toml_text import toml_text

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
keys = st.text("abcdefg", min_size=1, max_size=2)
plain = words | st.integers(-9, 9) | st.booleans()
rows = st.lists(st.tuples(keys, words).map(list), max_size=4, unique_by=lambda row: row[0])
entries = st.lists(
    st.fixed_dictionaries({"id": keys, "label": words}), max_size=4, unique_by=lambda one: one["id"]
)
tables = st.recursive(
    st.dictionaries(keys, plain | rows | entries, max_size=4),
    lambda inner: st.dictionaries(keys, inner | plain | rows | entries, max_size=4),
    max_leaves=8,
)
QUICK = settings(max_examples=150, deadline=None)


def merged(then, ours, theirs, takes=()):
    run = Merge(takes)
    return run.value(then, ours, theirs), run.conflicts


@QUICK
@given(tables, tables)
def test_what_only_one_side_changed_is_taken_whole(then, changed):
    assert merged(then, then, changed) == (changed, [])
    assert merged(then, changed, then) == (changed, [])
    assert merged(then, changed, changed) == (changed, [])


@QUICK
@given(tables, tables, tables)
def test_a_conflict_that_is_left_keeps_the_countys_and_the_sides_are_equal(then, ours, theirs):
    kept, conflicts = merged(then, ours, theirs)
    taken, others = merged(then, theirs, ours)

    assert {one.place for one in conflicts} == {one.place for one in others}
    if not conflicts:
        assert same(kept, taken) or in_different_order(kept, taken)


def in_different_order(left, right):
    """Lists of named entries may end up in another order; they hold the same."""
    return flat(left) == flat(right)


def flat(value):
    if isinstance(value, dict):
        return sorted((key, str(flat(one))) for key, one in value.items())
    if isinstance(value, list):
        return sorted(str(flat(one)) for one in value)
    return value


@QUICK
@given(tables, tables, tables)
def test_the_bases_is_taken_where_it_is_asked_for(then, ours, theirs):
    _, conflicts = merged(then, ours, theirs)
    settled, _ = merged(then, ours, theirs, {one.place for one in conflicts})
    again, _ = merged(then, theirs, ours)

    assert flat(settled) == flat(again)


@QUICK
@given(tables)
def test_toml_reads_back_as_what_was_written(table):
    assert tomllib.loads(toml_text(table)) == table


def test_different_places_are_put_together():
    then = {"title": "甲", "facts": [["编号", "{a}"], ["业主", "{b}"]]}
    ours = {"title": "甲", "facts": [["编号", "{a}"], ["业主", "{c}"]]}
    theirs = {"title": "乙", "facts": [["编号", "{a}"], ["新行", "{n}"], ["业主", "{b}"]]}

    value, conflicts = merged(then, ours, theirs)

    assert conflicts == []
    assert value == {"title": "乙", "facts": [["编号", "{a}"], ["新行", "{n}"], ["业主", "{c}"]]}


def test_the_same_place_changed_twice_is_a_conflict_with_all_three():
    value, conflicts = merged({"body": "原"}, {"body": "县"}, {"body": "基"})

    assert value == {"body": "县"}
    assert [(one.place, one.then, one.ours, one.theirs) for one in conflicts] == [
        ("body", "原", "县", "基")
    ]


def test_lines_of_a_text_that_do_not_touch_are_put_together():
    then = "一\n二\n三\n四\n"

    assert merged(then, then.replace("一", "壹"), then.replace("四", "肆")) == (
        "壹\n二\n三\n肆\n",
        [],
    )
    assert len(merged(then, then.replace("二", "贰"), then.replace("三", "叁"))[1]) == 1


def test_a_text_of_very_many_lines_takes_no_time_and_clashes_as_a_whole():
    then = "同\n" * 40_000
    began = time.monotonic()

    value, conflicts = merged(then, f"甲\n{then}", f"{then}乙\n")

    assert (len(conflicts), value) == (1, f"甲\n{then}")
    assert time.monotonic() - began < 1


texts = st.lists(st.sampled_from("甲乙丙丁"), max_size=6).map("\n".join)


@QUICK
@given(texts, texts, texts)
def test_merged_lines_are_the_same_from_either_side(then, ours, theirs):
    one, conflicts = merged(then, ours, theirs)
    other, others = merged(then, theirs, ours)

    assert bool(conflicts) == bool(others)
    if not conflicts:
        assert one == other


def test_what_one_side_removed_and_the_other_changed_is_a_conflict():
    _, conflicts = merged({"a": 1}, {}, {"a": 2})

    assert conflicts[0].ours is MISSING


def test_true_is_not_one():
    assert merged({"a": 1}, {"a": True}, {"a": 1}) == ({"a": True}, [])


def test_additions_stand_after_what_they_followed():
    assert in_order(["a", "b"], ["a", "x", "b"], ["a", "b", "y"]) == ["a", "x", "b", "y"]
    assert in_order(["a", "b"], ["a", "b"], ["b", "a"]) == ["b", "a"]
