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

NEW_STEP = "新环节"
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
    said: frozenset[str] | None = None

    def mentions(self) -> frozenset[str]:
        """Return every step that is done here or further on."""
        if self.said is None:
            below = [kid.mentions() for kid in self.kids.values()]
            own = {str(self.act["step"])} if "step" in self.act else set()
            self.said = frozenset(own.union(*below))
        return self.said

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


def play(
    world: World,
    plans: Sequence[Plan],
    known: Collection[str],
    fresh: Collection[str] = frozenset(),
) -> Iterator[Result]:
    """Yield the result of each case.

    ``known`` are the steps that recordings speak of, ``fresh`` those that were drawn just now: a
    case that does not do them yet is not to fail for that.
    """
    root = _Node({})
    for plan in plans:
        node = root
        for depth, act in enumerate(plan.acts, 1):
            key = dumps(act, sort_keys=True, ensure_ascii=False)
            node = node.kids.setdefault(key, _Node(act, depth=depth))
        node.plans.append(plan)
    yield from _Player(world, frozenset(known) - frozenset(fresh)).branches(root, _Mended(), ())


def wrong(error: Any) -> str:  # noqa: ANN401 - of a world in this process or in a child
    """Return why an act was not done, with the fields it was about."""
    fields = "".join(f"“{name}”{told}" for name, told in error.fields.items())
    return f"{error.message}{fields}"


@dataclass
class _Player:
    world: World
    known: frozenset[str]
    since: float = field(default_factory=perf_counter)

    def branches(self, node: _Node, done: _Mended, waiting: Sequence[Any]) -> Iterator[Result]:
        """Play every branch from here, each in the world as it is now."""
        kids = list(node.kids.values())
        kept = self.world.snapshot() if len(kids) > 1 else b""
        for number, kid in enumerate(kids):
            if number:
                self.world.restore(kept)
            yield from self.branch(kid, done, waiting)

    def branch(self, node: _Node, done: _Mended, waiting: Sequence[Any]) -> Iterator[Result]:
        """Do one act; judge the cases that end with it, and go on with the others."""
        done, seen = self._mended(node, done, waiting)
        if seen is None:
            seen = self.world.do(node.act, whole=bool(node.plans))
            for plan in node.plans:
                yield self._judged(plan, seen, done)
        else:
            for plan in node.plans:
                yield self._stopped(plan, node, done, seen)
        if seen.error is None:
            yield from self.branches(node, done, seen.open)
            return
        for kid in node.kids.values():
            for plan in kid.everyone():
                yield self._stopped(plan, node, done, seen)

    def _stopped(self, plan: Plan, node: _Node, done: _Mended, seen: Any) -> Result:  # noqa: ANN401
        told = f"第{node.depth}个动作没有办成：{wrong(seen.error)}"
        return self._result(plan, (told,), done, {}, {})

    def _mended(
        self, node: _Node, done: _Mended, waiting: Sequence[Any]
    ) -> tuple[_Mended, Any | None]:
        """Answer the steps that nobody here does with invented values, and say so.

        Return what was seen when that was refused, or nothing.
        """
        for _ in range(MOST_MENDED):
            known = self.known | node.mentions()
            new = [one for one in waiting if one.step not in known]
            if not new:
                break
            told = f"{NEW_STEP}“{new[0].title}”（{new[0].step}）样例里没有，已按虚构的填报办理。"
            act: Act = {"step": new[0].step}
            done = _Mended((*done.warnings, told), (*done.acts, (node.depth - 1, act)))
            seen = self.world.do(act, whole=False)
            if seen.error is not None:
                return done, seen
            waiting = seen.open
        return done, None

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
