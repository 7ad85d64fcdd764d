"""Says the acts of worked cases in words: who does what, with which answers, when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from json import loads
from typing import Any

from models.notice import NOTICE_TITLES
from models.project import PHASE_TITLES
from models.project_request import STATE_TITLES
from models.selection import auctions, comparisons, draws
from processes.cases.facts import TITLES
from processes.cases.format import Act
from processes.cases.typed import LISTS, SEPARATORS, FactWrongError, shown
from processes.lint.diagram import Diagram
from processes.lint.variables import form_of
from processes.packs.roles import Role
from processes.packs.storing import DIAGRAMS, key_of
from processes.references import PEOPLE, named_in
from processes.rehearsal.events import titles as event_titles

PEOPLE_WORDS = {"newcomer": "新入驻单位", "$winner": "中选企业"}
MOST_TOLD = 12
SPANS = {"working_days": "个工作日", "days": "天", "hours": "小时", "minutes": "分钟"}
TITLES_OF: Mapping[str, Mapping[str, str]] = {
    "phase": {one.value: title for one, title in PHASE_TITLES.items()},
    "notices": {one.value: title for one, title in NOTICE_TITLES.items()},
    "requests": {one.value: title for one, title in STATE_TITLES.items()},
    "draw": {one.value: title for one, title in draws.STATE_TITLES.items()},
    "auction": {one.value: title for one, title in auctions.STATE_TITLES.items()},
    "comparison": {one.value: title for one, title in comparisons.STATE_TITLES.items()},
}


@dataclass(frozen=True)
class Field:
    """One field of a step's form: its key, what it is called, its kind and its choices."""

    key: str
    label: str
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_money(self) -> bool:
        """Whether its value is an amount, kept in fen."""
        return self.kind == "money"


@dataclass(frozen=True)
class Words:
    """What the flows, steps, fields and people of a county are called."""

    flows: Mapping[str, str] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    forms: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    """Step → the fields of its form."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Flow → its steps."""

    def who(self, name: str) -> str:
        """Return what a person of the cast is called."""
        if name in PEOPLE_WORDS:
            return PEOPLE_WORDS[name]
        plain, number = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
        role = self.roles.get(plain)
        return f"{role.title if role else plain}{number}"

    def act(self, act: Act) -> str:
        """Return an act in words."""
        if "start" in act:
            return self._start(act)
        if "step" in act:
            return self._step(act)
        if "wait" in act:
            return f"时间到{moment(act['wait'])}"
        return self._event(act)

    def fact(self, name: str, value: Any) -> str:  # noqa: ANN401 - a fact
        """Return an expected fact as one reads it: steps and states by their names."""
        known = self.steps if name == "next" else TITLES_OF.get(name, {})
        if isinstance(value, list):
            return "、".join(known.get(str(one), str(one)) for one in value) or "没有"
        return known.get(str(value), shown(value))

    def written(self, name: str, value: Any) -> str:  # noqa: ANN401 - a fact
        """Return an expected fact as one types it: steps, states and roles by their names."""
        known = self._names_of(name)
        if isinstance(value, list):
            return "、".join(known.get(str(one), str(one)) for one in value)
        return known.get(str(value), shown(value))

    def coded(self, name: str, text: str) -> str:
        """Return a typed fact with codes in place of names; raise at one that is neither."""
        known = self._names_of(name)
        if not known:
            return text
        codes = {title: code for code, title in known.items()}
        for title in sorted(codes, key=len, reverse=True):
            text = (
                text.replace(title, codes[title]) if title.translate(SEPARATORS) != title else text
            )
        parts = text.translate(SEPARATORS).split() if name in LISTS else [text.strip()]
        strange = [one for one in parts if one not in known and one not in codes and "*" not in one]
        if strange and any(strange):
            reason = f"里没有“{strange[0][:40]}”，可以写：{'、'.join(list(codes)[:MOST_TOLD])}"
            raise FactWrongError(name=TITLES[name], reason=reason)
        return "、".join(codes.get(one, one) for one in parts)

    def _names_of(self, name: str) -> dict[str, str]:
        """Return code → name of what a fact may hold, a name that two share left as its code."""
        roles = {one.id: one.title for one in self.roles.values()}
        known = {"next": self.steps, "roles": roles}.get(name, TITLES_OF.get(name, {}))
        listed = list(known.values())
        return {c: title if listed.count(title) == 1 else c for c, title in known.items()}

    def _start(self, act: Act) -> str:
        flow = self.flows.get(str(act["start"]), str(act["start"]))
        who = f"{self.who(str(act['by']))}：" if "by" in act else ""
        about = str(act.get("about", ""))
        told = f"（关于{self.flows.get(about) or self.who(about)}）" if about else ""
        return f"{who}发起“{flow}”{told}"

    def _step(self, act: Act) -> str:
        step = str(act["step"])
        who = f"{self.who(str(act['by']))}：" if "by" in act else ""
        told = "；".join(self._answers(step, act.get("form", {})))
        price = f"，密封最低限价{act['fen']}分" if "fen" in act else ""
        return f"{who}办理“{self.steps.get(step, step)}”{price}{f'，{told}' if told else ''}"

    def _answers(self, step: str, form: Mapping[str, Any]) -> Iterator[str]:
        labels = self.fields.get(step, {})
        for name, value in form.items():
            said = labels.get(f"{name}={value}") or self._said(value)
            yield f"{labels.get(name, name)}：{said}"

    def _said(self, value: Any) -> str:  # noqa: ANN401 - any value of a form
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            return "、".join(self._said(one) for one in value)
        if isinstance(value, Mapping):
            return "，".join(f"{key} {self._said(one)}" for key, one in value.items())
        return str(value).replace("T", " ") if str(value) else "（空）"

    def _event(self, act: Act) -> str:
        name = str(act["event"])
        people = act.get("by", [])
        listed = [people] if isinstance(people, str) else people
        who = "、".join(self.who(one) for one in listed)
        rest = {key: value for key, value in act.items() if key not in ("event", "by")}
        if "offers" in rest:
            rest["offers"] = {self.who(one): f"{fen}分" for one, fen in rest["offers"].items()}
        told = "，".join(self._said(value) for value in rest.values())
        parts = [part for part in (who, told) if part]
        words = event_titles().get(name, name)
        return f"{words}：{'，'.join(parts)}" if parts else words


def moment(wait: Any) -> str:  # noqa: ANN401 - as an act writes it
    """Return when an act waits until, in words."""
    if isinstance(wait, Mapping):
        return "再过" + "".join(f"{number}{SPANS.get(name, name)}" for name, number in wait.items())
    return "下一个期限" if wait == "next" else str(wait).replace("T", " ")


def words_of(visible: Mapping[str, bytes], roles: Mapping[str, Role]) -> Words:
    """Return what everything in a county is called."""
    flows, steps, forms = {}, {}, {}
    parts: dict[str, list[str]] = {}
    for path in visible:
        if path.startswith(DIAGRAMS):
            try:
                flows[key_of(path)] = named_in(visible[path]).title
                for node in Diagram(visible[path]).nodes.values():
                    if node.kind in PEOPLE:
                        steps[node.id] = node.xml.get("name") or node.id
                        parts.setdefault(key_of(path), []).append(node.id)
                        forms[node.id] = f"forms/{form_of(node)}.json"
            except Exception:  # noqa: BLE001 - its own finding says what is wrong with it
                flows[key_of(path)] = key_of(path)
    labels = {path: _labels_of(visible[path]) for path in set(forms.values()) & set(visible)}
    fields = {step: labels.get(path, {}) for step, path in forms.items()}
    read = {path: _fields_of(visible[path]) for path in set(forms.values()) & set(visible)}
    known = {step: read.get(path, ()) for step, path in forms.items()}
    listed = {flow: tuple(held) for flow, held in parts.items()}
    return Words(flows, steps, fields, roles, known, listed)


def _fields_of(form: bytes) -> tuple[Field, ...]:
    try:
        return tuple(_fields(loads(form)["components"]))
    except Exception:  # noqa: BLE001 - its own finding says what is wrong with it
        return ()


def _fields(components: Any) -> Iterator[Field]:  # noqa: ANN401 - as JSON has it
    for one in components:
        if one.get("type") == "group" and not one.get("path"):
            yield from _fields(one.get("components") or [])
            continue
        key = one.get("key") or one.get("path")
        if key and one.get("readonly") is not True:
            label = str(one.get("label") or one.get("dateLabel") or key)
            choices = tuple(
                (str(each.get("value")), str(each.get("label"))) for each in one.get("values") or ()
            )
            yield Field(str(key), label, _kind(one), choices)


def _kind(one: Mapping[str, Any]) -> str:
    if (one.get("properties") or {}).get("check") == "money":
        return "money"
    kinds = {"number": "number", "checkbox": "flag", "dynamiclist": "table", "checklist": "table"}
    return kinds.get(str(one.get("type")), "table" if one.get("type") == "taglist" else "text")


def _labels_of(form: bytes) -> dict[str, str]:
    try:
        return dict(_labels(form))
    except Exception:  # noqa: BLE001 - its own finding says what is wrong with it
        return {}


def _labels(form: bytes) -> Iterator[tuple[str, str]]:
    waiting = list(loads(form)["components"])
    while waiting:
        one = waiting.pop()
        key = one.get("key") or one.get("path")
        if key:
            yield str(key), str(one.get("label") or one.get("dateLabel") or key)
            for choice in one.get("values") or ():
                yield f"{key}={choice.get('value')}", str(choice.get("label"))
        waiting += one.get("components") or []
