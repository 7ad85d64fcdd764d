"""Texts of notices: a pack's template, the facts it may name, and the two put together."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from models.errors import InvalidError
from models.notice import NoticeKind

PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
BLANK_LINES = re.compile(r"\n{3,}")
MAX_TITLE = 100
MAX_TEMPLATE = 60_000
MAX_ROWS = 60
"""More than a notice or letter can say: every case would print it anew."""

ALWAYS = frozenset(
    {
        "project_title",
        "project_number",
        "owner",
        "centre",
        "county",
        "method",
        "works_type",
        "location",
        "ceiling",
        "ceiling_capitals",
        "duration_days",
        "funding",
        "scope",
        "requirements",
        "remark",
    }
)
OF_DRAW = frozenset(
    {
        "freeze_at",
        "selection_at",
        "plan_hash",
        "algorithm",
        "minimum_candidates",
        "hidden_until",
        "hidden_article",
        "guardians",
    }
)
OF_EMERGENCY = frozenset(
    {
        "occurred_at",
        "entrusted_at",
        "situation",
        "choice_reason",
        "decided_how",
        "legal_basis",
        "approval",
    }
)
OF_RESULT = frozenset(
    {
        "winner",
        "winner_code",
        "award_price",
        "award_capitals",
        "tickets",
        "root",
        "winner_ticket",
        "drawn_at",
        "publicity_period",
        "ends_at",
        "again",
        "again_note",
    }
)
OF_CONTRACT = frozenset(
    {
        "winner",
        "winner_code",
        "award_price",
        "award_capitals",
        "contract_number",
        "contract_price",
        "contract_capitals",
        "signed_on",
        "starts_on",
        "contract_days",
        "publicity_period",
        "ends_at",
    }
)
OF_POSTPONEMENT = frozenset(
    {
        "former_selection_at",
        "new_selection_at",
        "opens_at",
        "outage_began_at",
        "outage_recovered_at",
        "outage_cause",
        "outage_found_by",
    }
)
OF_CHANGE = frozenset(
    {
        "change_word",
        "change_reason",
        "changes",
        "joiners",
        "approved_at",
        "former_freeze_at",
        "former_selection_at",
    }
)
"""What a change, a pause or a resumption during the announcement is told with."""
OF_END = frozenset(
    {
        "failure",
        "former_winner",
        "former_code",
        "former_price",
        "declined_at",
        "decline_reason",
        "excluded",
    }
)
"""What a failed selection and a changed result are told with."""
OF_BIDDING = frozenset(
    {
        "floor_commit",
        "bidding_from",
        "bidding_until",
        "below_floor",
        "minimum_joiners",
        "opened_bids",
    }
)
"""What a bidding is announced with: of the floor its commitment alone."""
OF_OPENING = frozenset(
    {
        "floor",
        "floor_capitals",
        "joined_count",
        "bid_count",
        "bids_opened_at",
        "transcript_hash",
        "how_settled",
    }
)
"""What the public opening of a bidding made known."""
OF_ORGANISER = frozenset({"organiser", "organiser_contact", "management", "agency", "entrusted_by"})
"""Who carries the contracting out: the owner itself, or the agency it entrusts."""
OF_COMPARISON = frozenset(
    {
        "closes_at",
        "minimum_registered",
        "minimum_passed",
        "names_open",
        "names_article",
        "correction",
        "changes",
    }
)
"""What a comparison is announced and corrected with; of who has registered nothing."""
OF_COMPARED = frozenset(
    {
        "registered_count",
        "passed_count",
        "compared_at",
        "comparison_method",
        "recommendation",
        "ranking",
    }
)
"""What the published result of a comparison made known."""
OF_CASE = frozenset({"subject"})
"""What a case that is no project's is called."""
OF_FIELDS = "case_"
"""Before the name of a field that the forms of the case fill in: a flow's own facts."""
FIELDS: Mapping[NoticeKind, frozenset[str]] = {
    NoticeKind.TENDER_NOTICE: ALWAYS | OF_DRAW | OF_BIDDING | OF_ORGANISER | OF_COMPARISON,
    NoticeKind.CORRIGENDUM: (
        ALWAYS
        | OF_DRAW
        | OF_POSTPONEMENT
        | OF_END
        | OF_CHANGE
        | OF_BIDDING
        | OF_OPENING
        | OF_ORGANISER
        | OF_COMPARISON
    ),
    NoticeKind.AWARD_NOTICE: (
        ALWAYS
        | OF_DRAW
        | OF_RESULT
        | OF_BIDDING
        | OF_OPENING
        | OF_ORGANISER
        | OF_COMPARISON
        | OF_COMPARED
        | OF_EMERGENCY
    ),
    NoticeKind.CONTRACT_NOTICE: ALWAYS | OF_CONTRACT,
    NoticeKind.TERMINATION_NOTICE: ALWAYS | OF_ORGANISER,
    NoticeKind.OTHER_NOTICE: ALWAYS | OF_CASE,
}
"""What a notice of each kind may name: nothing that is hidden while it is published."""


def unknown_places(
    places: frozenset[str], offered: frozenset[str], *, names_fields: bool
) -> frozenset[str]:
    """Return what a template names and nobody fills in; some may name fields of the case."""
    rest = places - offered
    return frozenset(one for one in rest if not (names_fields and one.startswith(OF_FIELDS)))


class TemplateInvalidError(InvalidError):
    """A notice's template cannot be used."""

    message = "公告模板{problem}，请在公告编辑器中改正。"


@dataclass(frozen=True)
class Template:
    """Title, text and printed facts of a kind of notice, with places for what is known."""

    kind: NoticeKind
    title: str
    body: str
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def places(self) -> frozenset[str]:
        """What the template names."""
        texts = (self.title, self.body, *(text for _, text in self.facts))
        return frozenset(name for text in texts for name in PLACE.findall(text))


@dataclass(frozen=True)
class Text:
    """A notice as it is printed."""

    title: str
    body: str
    facts: list[list[str]]


def parse_template(data: bytes) -> Template:
    """Read a template; raise when it is malformed or names what its kind does not offer."""
    if len(data) > MAX_TEMPLATE:
        raise TemplateInvalidError(problem="超过 60 KB，太长")
    try:
        held = tomllib.loads(data.decode())
        kind = NoticeKind(held.pop("kind"))
        title, body = str(held.pop("title")), str(held.pop("body")).strip()
        facts = tuple((str(label), str(text)) for label, text in held.pop("facts", []))
        template = Template(kind, title, body, facts)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise TemplateInvalidError(problem=f"不是正确的 TOML（{error}）") from None
    except (KeyError, TypeError, ValueError):
        problem = "须有 kind、title 和 body，kind 须是公告类别，facts 须是成对的文字"
        raise TemplateInvalidError(problem=problem) from None
    if held:
        raise TemplateInvalidError(problem=f"有不认识的项目：{'、'.join(sorted(held))}")
    if len(facts) > MAX_ROWS:
        raise TemplateInvalidError(problem=f"的事实超过 {MAX_ROWS} 行")
    names_fields = kind is NoticeKind.OTHER_NOTICE
    if unknown := unknown_places(template.places, FIELDS[kind], names_fields=names_fields):
        raise TemplateInvalidError(problem=f"用了没有的内容：{'、'.join(sorted(unknown))}")
    return template


def render(template: Template, known: Mapping[str, object]) -> Text:
    """Return the notice's texts; what is not known leaves its place empty."""

    def fill(text: str) -> str:
        return PLACE.sub(lambda place: str(known.get(place[1]) or ""), text)

    body = BLANK_LINES.sub("\n\n", fill(template.body)).strip()
    facts = [[label, fill(text)] for label, text in template.facts]
    return Text(fill(template.title)[:MAX_TITLE], body, facts)
