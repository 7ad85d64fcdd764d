"""Plays worked cases in a rehearsed world; beginnings that several share are played once.

The cases form a tree of acts. The world is kept where it forks and brought back for every branch,
so that a hundred cases of a flow cost little more than the acts in which they differ.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from json import dumps
from time import perf_counter
from typing import Any, Protocol

from processes.cases.format import Act, CaseFile, WorkedCase
from processes.cases.judging import differences

MOST_MENDED = 12
"""So many steps that no recording knows are answered in a row before a case is given up."""


class Waiting(Protocol):
    """A step that waits for somebody."""

    step: str
    title: str


class Wrong(Protocol):
    """Why an act was not done."""

    code: str
    message: str


class Seen(Protocol):
    """The world after an act."""

    open: Sequence[Any]
    error: Any
    facts: dict[str, Any]

    @property
    def walked(self) -> dict[str, list[str]]:
        """Flow key → what it went through."""


class World(Protocol):
    """A rehearsed world, in this process or in a child of its own."""

    def do(self, act: Mapping[str, Any], *, whole: bool = True) -> Any:  # noqa: ANN401
        """Do an act."""

    def snapshot(self) -> bytes:
        """Return the world as bytes."""

    def restore(self, data: bytes) -> None:
        """Become that world again."""


@dataclass(frozen=True)
class Plan:
    """A worked case with all its acts, and the file it stands in."""

    path: str
    case: WorkedCase
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Result:
    """What came of a worked case."""

    path: str
    name: str
    flow: str
    passed: bool
    told: tuple[str, ...]
    warnings: tuple[str, ...]
    walked: Mapping[str, list[str]]
    seconds: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    inserted: tuple[tuple[int, Act], ...] = ()
    """Acts that no recording has: after how many acts they were done."""


@dataclass(frozen=True)
class _Mended:
    """What was done on the way here that no recording says."""

    warnings: tuple[str, ...] = ()
    acts: tuple[tuple[int, Act], ...] = ()


def failed(path: str, name: str, flow: str, told: str) -> Result:
    """Return the result of a case that could not be played at all."""
    nothing: dict[str, list[str]] = {}
    return Result(
        path=path,
        name=name,
        flow=flow,
        passed=False,
        told=(told,),
        warnings=(),
        walked=nothing,
        seconds=0.0,
    )


@dataclass
class _Node:
    act: Act
    kids: dict[str, "_Node"] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    depth: int = 0

    def everyone(self) -> Iterator[Plan]:
        """Yield the plans that end here or further on."""
        yield from self.plans
        for kid in self.kids.values():
            yield from kid.everyone()


def plans_of(files: Sequence[tuple[str, CaseFile]]) -> list[Plan]:
    """Return every worked case of files, with all its acts."""
    return [
        Plan(path, one, _begun(file, one))
        for path, file in files
        for one in file.cases
        if isinstance(one, WorkedCase)
    ]


def _begun(file: CaseFile, one: WorkedCase) -> tuple[Act, ...]:
    now = file.now_of(one)
    first: list[Act] = [{"wait": now}] if now else []
    return (*first, *file.acts_of(one))


def steps_known(plans: Sequence[Plan]) -> frozenset[str]:
    """Return every step that an act does or that a case expects next."""
    done = {str(act["step"]) for plan in plans for act in plan.acts if "step" in act}
    awaited = {str(step) for plan in plans for step in plan.case.expect.get("next", ())}
    return frozenset(done | awaited)


def play(world: World, plans: Sequence[Plan], known: Collection[str]) -> Iterator[Result]:
    """Yield the result of each case; ``known`` are the steps that recordings speak of."""
    root = _Node({})
    for plan in plans:
        node = root
        for depth, act in enumerate(plan.acts, 1):
            key = dumps(act, sort_keys=True, ensure_ascii=False)
            node = node.kids.setdefault(key, _Node(act, depth=depth))
        node.plans.append(plan)
    yield from _Player(world, frozenset(known)).branches(root, _Mended())


def wrong(error: Any) -> str:  # noqa: ANN401 - of a world in this process or in a child
    """Return why an act was not done, with the fields it was about."""
    fields = "".join(f"“{name}”{told}" for name, told in error.fields.items())
    return f"{error.message}{fields}"


@dataclass
class _Player:
    world: World
    known: frozenset[str]
    since: float = field(default_factory=perf_counter)

    def branches(self, node: _Node, done: _Mended) -> Iterator[Result]:
        """Play every branch from here, each in the world as it is now."""
        kids = list(node.kids.values())
        kept = self.world.snapshot() if len(kids) > 1 else b""
        for number, kid in enumerate(kids):
            if number:
                self.world.restore(kept)
            yield from self.branch(kid, done)

    def branch(self, node: _Node, done: _Mended) -> Iterator[Result]:
        """Do one act; judge the cases that end with it, and go on with the others."""
        seen = self.world.do(node.act, whole=bool(node.plans))
        if seen.error is None and node.kids:
            seen, done = self._mended(seen, done, node.depth, whole=bool(node.plans))
        for plan in node.plans:
            yield self._judged(plan, seen, done)
        if seen.error is None:
            yield from self.branches(node, done)
            return
        told = f"第{node.depth}个动作没有办成：{wrong(seen.error)}"
        for kid in node.kids.values():
            for plan in kid.everyone():
                yield self._result(plan, (told,), done, {}, {})

    def _mended(
        self,
        seen: Any,  # noqa: ANN401 - of a world in this process or in a child
        done: _Mended,
        depth: int,
        *,
        whole: bool,
    ) -> tuple[Any, _Mended]:
        """Answer the steps that no recording knows with invented values, and say so."""
        for _ in range(MOST_MENDED):
            new = [one for one in seen.open if one.step not in self.known]
            if not new:
                break
            told = f"新环节“{new[0].title}”（{new[0].step}）样例里没有，已按虚构的填报办理。"
            act: Act = {"step": new[0].step}
            done = _Mended((*done.warnings, told), (*done.acts, (depth, act)))
            seen = self.world.do(act, whole=whole)
            if seen.error is not None:
                break
        return seen, done

    def _judged(self, plan: Plan, seen: Any, done: _Mended) -> Result:  # noqa: ANN401
        facts = dict(seen.facts)
        if seen.error is not None:
            facts |= {"refused": seen.error.code, "refusal": wrong(seen.error)}
        told = tuple(differences(plan.case.expect, facts))
        return self._result(plan, told, done, seen.walked, facts)

    def _result(
        self,
        plan: Plan,
        told: tuple[str, ...],
        done: _Mended,
        walked: Mapping[str, list[str]],
        facts: Mapping[str, Any],
    ) -> Result:
        now = perf_counter()
        seconds, self.since = now - self.since, now
        return Result(
            path=plan.path,
            name=plan.case.name,
            flow=plan.case.flow,
            passed=not told,
            told=told,
            warnings=done.warnings,
            walked=walked,
            seconds=seconds,
            facts=facts,
            inserted=done.acts,
        )
