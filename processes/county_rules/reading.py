"""Every rule of a county as an analyst sees it: in force, to come, what the base says, history."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from processes.packs.rules import Declared, Value, read_rules

RULES = "rules.toml"
GROUPS: Mapping[str, str] = {
    "intake": "受理",
    "appointment": "人员指定",
    "notice": "公告",
    "draw": "随机选取",
    "redraw": "重新选取",
    "result": "结果",
    "publicity": "公示",
    "contract": "合同",
    "disclosure": "公开",
    "day": "办公时间",
    "publishing": "流程发布",
    "enrolment": "入驻核实",
    "project": "项目",
    "roster": "名册",
    "enquiry": "咨询",
    "document": "资料",
    "outage": "停电断网",
    "decline": "放弃中选",
    "change": "变更",
    "cancellation": "取消选取",
    "completion": "开工和竣工",
    "evaluation": "评价",
    "floor": "最低限价",
    "bidding": "竞价",
    "comparison": "比选",
    "emergency": "应急工程",
    "termination": "终止发包",
    "keys": "安全密钥",
    "reminder": "提醒",
}


@dataclass(frozen=True)
class CountyRule:
    """A rule with its values: the county's own, those of the base, and those a proposal adds."""

    head: Declared
    base: tuple[Value, ...]
    own: tuple[Value, ...]
    proposed: tuple[Value, ...]
    """The county's values as the proposal has them; the stored ones without a proposal."""
    is_own: bool = False
    """Whether the county declares the rule: the base has none of this key."""

    @property
    def key(self) -> str:
        """The rule's key."""
        return self.head.key

    @property
    def group(self) -> str:
        """The part of the work that the rule belongs to."""
        return self.key.partition(".")[0]

    def in_force(self, on: date) -> tuple[Value, bool] | None:
        """Return the stored value of a day and whether it is the county's own."""
        return in_force(self.base, self.own, on)

    def later(self, on: date) -> list[tuple[Value, bool]]:
        """Return the values from after a day as the proposal has them, and which are new."""
        mine = [one for one in self.proposed if one.from_on > on]
        return [(one, one not in self.own) for one in mine]

    @property
    def changed(self) -> list[tuple[Value, bool]]:
        """Values that the proposal adds (true) or takes away (false)."""
        added = [(one, True) for one in self.proposed if one not in self.own]
        return added + [(one, False) for one in self.own if one not in self.proposed]


def in_force(
    base: tuple[Value, ...], own: tuple[Value, ...], on: date
) -> tuple[Value, bool] | None:
    """Return the value of a day: the county's newest over the base's newest."""
    for values, is_own in ((own, True), (base, False)):
        begun = [one for one in values if one.from_on <= on]
        if begun:
            return max(begun, key=lambda one: one.from_on), is_own
    return None


def county_rules(
    base: bytes, own: bytes | None, proposed: bytes | None, *, is_base: bool = False
) -> list[CountyRule]:
    """Return the rules of a county from the files: the base's, its own, and a proposal's.

    ``is_base``: the base itself is edited, so that its own values are those of everybody.
    """
    below, _ = read_rules(base, None)
    if is_base:
        after, _ = read_rules(proposed or base, None)
        return [
            CountyRule(head, (), head.values, after[head.key].values if head.key in after else ())
            for head in below.values()
        ]
    mine, after = _read(own, below), _read(proposed, below)
    heads = {key: one for key, one in {**mine, **after}.items() if key not in below}
    return [
        CountyRule(
            head,
            head.values if head.key in below else (),
            _values(mine, head.key),
            _values(after, head.key),
            is_own=head.key not in below,
        )
        for head in (*below.values(), *heads.values())
    ]


def _read(body: bytes | None, below: Mapping[str, Declared]) -> dict[str, Declared]:
    return {} if body is None else read_rules(body, below)[0]


def _values(rules: Mapping[str, Declared], key: str) -> tuple[Value, ...]:
    return rules[key].values if key in rules else ()


def by_group(rules: list[CountyRule]) -> Iterator[tuple[str, str, list[CountyRule]]]:
    """Yield the groups in the base's order, each with its word and its rules."""
    for group in dict.fromkeys(one.group for one in rules):
        yield group, GROUPS.get(group, "其他"), [one for one in rules if one.group == group]
