"""The menu: which page for which role, and the words for roles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from models.roster.enrolment import KIND_TITLES
from models.roster.enrolment import REVIEWERS as ROSTER_ROLES
from processes.project_list import READERS as PROJECT_READERS
from processes.registration_status import READERS as REGISTRATION_READERS
from processes.role_titles import title_of
from web.access import KEEPERS

OFFICES = frozenset(
    {
        "owner",
        "agency",
        "trading_centre",
        "centre_leader",
        "regulator",
        "oversight_authority",
        "selection_officer",
        "monitor",
    }
)

CENTRE = frozenset({"trading_centre", "centre_leader"})
EMERGENCY_READERS = frozenset({"owner"}) | CENTRE | {"regulator", "oversight_authority"}
WRITERS = CENTRE | {"regulator", "owner", "agency"}
SUPERVISORS = frozenset({"regulator", "oversight_authority"})
WATCH_REGISTRATION = frozenset(REGISTRATION_READERS)
ENROLLED = frozenset({"applicant", *KIND_TITLES})
ROSTER_REVIEWERS = frozenset(ROSTER_ROLES)
REVIEWERS = frozenset(
    {"owner", "trading_centre", "centre_leader", "regulator", "oversight_authority"}
)
DESIGNERS = frozenset({"analyst", "publisher"})
LETTER_HOLDERS = frozenset({"owner", "agency", "contractor", "trading_centre"})


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu; no roles means everybody."""

    label: str
    icon: str
    path: str
    roles: frozenset[str] = field(default_factory=frozenset)
    counts_todo: bool = False
    for_keepers: bool = True
    flow: str = ""
    """The flow without which a county has no use for the page."""


COMPARISON, EMERGENCY = "comparative_selection", "emergency_works"
MATTERS = "any_matter"
"""Stands for any flow whose cases are no project's."""
MenuGroup = tuple[str, Sequence[MenuItem]]

MENU: Sequence[MenuGroup] = (
    (
        "办理",
        (
            MenuItem("工作台", "bi-house", "/desk", for_keepers=False),
            MenuItem("待办", "bi-inbox", "/inbox", counts_todo=True, for_keepers=False),
            MenuItem("项目报建", "bi-plus-square", "/projects/new", frozenset({"owner", "agency"})),
            MenuItem("项目", "bi-folder2", "/projects", PROJECT_READERS),
            MenuItem("事项", "bi-card-checklist", "/matters", for_keepers=False, flow=MATTERS),
            MenuItem(
                "应急工程",
                "bi-lightning-charge",
                "/emergency-works",
                EMERGENCY_READERS,
                flow=EMERGENCY,
            ),
            MenuItem(
                "委托项目",
                "bi-people",
                "/entrusted",
                frozenset({"owner", "agency"}),
                flow=COMPARISON,
            ),
            MenuItem(
                "报名情况",
                "bi-list-check",
                "/registrations-of",
                WATCH_REGISTRATION,
                flow=COMPARISON,
            ),
            MenuItem("选取活动", "bi-shuffle", "/ceremonies", OFFICES - {"agency"}),
            MenuItem("超期督办", "bi-alarm", "/late", PROJECT_READERS | {"contractor"}),
            MenuItem("评价", "bi-star", "/evaluations", REVIEWERS),
            MenuItem("文书", "bi-file-earmark-text", "/letters", LETTER_HOLDERS),
            MenuItem("企业核实", "bi-building-check", "/enterprise-review", ROSTER_REVIEWERS),
            MenuItem("备案结果", "bi-archive", "/filings", frozenset({"regulator"})),
            MenuItem("密钥保管", "bi-key", "/guardian", frozenset({"guardian"})),
            MenuItem("企业名册", "bi-buildings", "/enterprises", frozenset({"regulator"})),
            MenuItem("企业承诺", "bi-hand-thumbs-up", "/pledges", ROSTER_REVIEWERS),
            MenuItem("资质到期", "bi-calendar-x", "/expiring", ROSTER_REVIEWERS),
            MenuItem("咨询登记", "bi-telephone", "/enquiries", CENTRE),
            MenuItem("通知编写", "bi-pencil-square", "/bulletin-desk", WRITERS),
            MenuItem("本单位信息", "bi-building", "/organisation", ENROLLED),
        ),
    ),
    (
        "参与",
        (
            MenuItem("找项目", "bi-search", "/find-projects", frozenset({"contractor"})),
            MenuItem("我的参与", "bi-ticket", "/registrations", frozenset({"contractor"})),
        ),
    ),
    (
        "公开",
        (
            MenuItem("公告公示", "bi-megaphone", "/notices"),
            MenuItem("项目查询", "bi-search", "/public-projects"),
            MenuItem("公告栏", "bi-pin-angle", "/bulletins"),
            MenuItem("名册", "bi-buildings", "/roster"),
            MenuItem("停用名单", "bi-slash-circle", "/conduct"),
            MenuItem("信用评价", "bi-star", "/conduct/evaluations"),
            MenuItem("停电断网记录", "bi-plug", "/outages", CENTRE | SUPERVISORS),
            MenuItem("核验", "bi-patch-check", "/check"),
            MenuItem("公开日志", "bi-shield-check", "/log"),
        ),
    ),
    (
        "设计",
        (
            MenuItem("流程", "bi-diagram-3", "/flows", DESIGNERS),
            MenuItem("改动单", "bi-files", "/proposals", DESIGNERS),
            MenuItem("表单与文书", "bi-ui-checks", "/resources", DESIGNERS),
            MenuItem("县区规则", "bi-sliders", "/rules", DESIGNERS),
            MenuItem("角色", "bi-person-badge", "/roles", DESIGNERS),
            MenuItem("试运行", "bi-play-circle", "/rehearsals", DESIGNERS),
            MenuItem("规则包", "bi-box-seam", "/packs", DESIGNERS),
        ),
    ),
    ("管理", (MenuItem("后台", "bi-gear", "/admin/", KEEPERS),)),
)


def role_title(role: str) -> str:
    """Return the Chinese word for a role; an unknown one is shown as it is."""
    return title_of(role)
