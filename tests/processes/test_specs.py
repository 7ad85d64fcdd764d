"""Definitions are parsed once, shared by threads, and let go when there are too many."""

import threading
from collections import Counter

import pytest

from processes.specs import Source, SpecCache
from processes.spiff.errors import UnsupportedDiagramError
from processes.xml import BadDiagramError
from tests.processes.diagrams import line, node
from tests.processes.runs import Run, source


class Library:
    def __init__(self) -> None:
        self.loaded: Counter[str] = Counter()

    def __call__(self, key: str) -> Source:
        self.loaded[key] += 1
        if key.startswith("caller"):
            return source("caller", calls={"called": "called:1"})
        return source(key.partition(":")[0])


def test_a_definition_is_parsed_once_however_many_threads_ask():
    library = Library()
    cache, got = SpecCache(library), []
    threads = [threading.Thread(target=lambda: got.append(cache.get("sample:1"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(each) for each in got}) == 1
    assert library.loaded == {"sample:1": 1}


def test_the_least_recently_used_goes_first():
    library = Library()
    cache = SpecCache(library, size=2)
    for key in ("linear5:1", "sample:1", "linear5:1", "rework_loop:1", "linear5:1", "sample:1"):
        cache.get(key)
    assert library.loaded == {"linear5:1": 1, "sample:1": 2, "rework_loop:1": 1}
    assert len(cache) == 2


def test_a_flow_is_linked_with_what_it_calls():
    library = Library()
    prepared = SpecCache(library).get("caller:1")
    assert library.loaded == {"caller:1": 1, "called:1": 1}
    assert set(prepared.subprocess_specs) == {"called:1:called"}
    assert prepared.element("work").lane == "交易中心"
    assert prepared.element("work", "called:1").lane == "项目业主"
    assert prepared.element("nothing") is None


def test_elements_are_told_with_their_kind_and_extensions():
    prepared = SpecCache(Library()).get("sample:1")
    submit = prepared.element("submit")
    assert (submit.type, submit.name, submit.lane, submit.manual) == (
        "UserTask",
        "提交项目",
        "业主单位",
        True,
    )
    assert submit.extensions["properties"]["formUiSchemaFilename"] == "project-submit-ui.json"
    assert len([each for each in prepared.elements if each.manual]) == 9


def test_a_multi_instance_task_is_one_element():
    prepared = SpecCache(Library()).get("parallel_multi_instance:1")
    assert [each.id for each in prepared.elements].count("evaluate") == 1
    assert prepared.element("evaluate").type == "UserTask"


def test_threads_run_instances_on_one_spec():
    prepared, wrong = SpecCache(Library()).get("linear5:1"), []

    def work() -> None:
        run = Run(prepared)
        for number in range(1, 6):
            run.complete(f"task{number}", approved=1, amount=number)
        wrong.extend([] if run.runtime.data["total"] == 10 else [run.runtime.data])

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_flow_that_calls_itself_for_ever_is_bounded():
    text = line(node("callActivity", "again", calledElement="flow"), ids="again")

    def load(key: str) -> Source:
        return Source(key, "flow", text, (), {"flow": f"{key}x"})

    with pytest.raises(UnsupportedDiagramError, match="50"):
        SpecCache(load).get("a")


@pytest.mark.parametrize(
    ("bpmn", "words"),
    [
        (b"<x/>", "BPMN"),
        (
            line(node("userTask", "a"), ids="a").replace(b'id="flow"', b'id="other"'),
            "不能运行|不支持",
        ),
        (line(node("subProcess", "empty"), ids="empty"), "不能运行|不支持"),
        (line(node("adHocSubProcess", "x", node("userTask", "u")), ids="x"), "临时|不能|不支持"),
    ],
)
def test_a_diagram_that_cannot_run_is_refused_in_chinese(bpmn, words):
    with pytest.raises(BadDiagramError, match=words):
        SpecCache(lambda key: Source(key, "flow", bpmn)).get("x")
