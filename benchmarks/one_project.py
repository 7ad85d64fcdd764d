"""What one project of the archive is, from its number alone: no row need be read back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from benchmarks.bulk import key
from benchmarks.site import COUNTY
from models.clock import CHINA
from models.project import ProjectPhase, SelectionMethod

TODAY = datetime(2026, 11, 20, 10, 0, tzinfo=CHINA)
YEARS = timedelta(days=5 * 365)
COUNTIES = (COUNTY, "huairou", "xiangxi")
TRADES = (
    *("水利工程", "市政道路", "房屋修缮", "园林绿化", "照明亮化", "给排水"),
    *("农村公路", "地质灾害治理", "装饰装修", "机电安装"),
)
PLACES = ("青石", "柳河", "望江", "石桥", "云台", "龙潭", "白塔", "松林", "宝泉", "大坪")
WORKS = ("灌溉渠修缮", "道路硬化", "围墙改造", "屋面防水", "照明改造", "管网疏浚", "护坡治理")
FIRMS = ("云泽", "恒远", "长汀", "听松", "禾木", "北渚", "众诚", "安泰")
ENDED, RUNNING = 0.94, 0.01
"""Of the projects: the older part is over, the newest is being announced, the rest goes on."""
SUPPORT = ("owner", "agency", "supervisor", "auditor")
EACH_SUPPORT = 200


@dataclass(frozen=True)
class Size:
    """How many of each."""

    enterprises: int
    projects: int


@dataclass(frozen=True)
class OneProject:
    """What one project is, from its number alone, so that no row need be read back."""

    n: int
    size: Size

    @cached_property
    def id(self) -> str:
        return key("project", self.n)

    @cached_property
    def draw(self) -> str:
        return key("draw", self.n)

    @property
    def county(self) -> str:
        return home(self.n)

    @cached_property
    def created(self) -> datetime:
        return TODAY - YEARS * (1 - self.n / self.size.projects)

    @property
    def part(self) -> float:
        return self.n / self.size.projects

    @property
    def is_traded(self) -> bool:
        return self.part < 1 - RUNNING and self.n % 25 != 0

    @property
    def phase(self) -> ProjectPhase:
        if self.part >= 1 - RUNNING:
            return ProjectPhase.ANNOUNCED
        if not self.is_traded:
            return ProjectPhase.TERMINATED
        late = (ProjectPhase.PUBLICISED, ProjectPhase.CONTRACTED, ProjectPhase.COMPLETED)
        return ProjectPhase.EVALUATED if self.part < ENDED else late[self.n % 3]

    @property
    def method(self) -> SelectionMethod:
        return tuple(SelectionMethod)[(0, 0, 0, 1, 2, 2, 3, 0)[self.n % 8]]

    @property
    def has_draw(self) -> bool:
        return self.method is not SelectionMethod.EMERGENCY

    @property
    def owner(self) -> str:
        return key("owner", self.n % EACH_SUPPORT)

    @property
    def winner(self) -> str | None:
        return key("contractor", self.n * 7 % contractors(self.size)) if self.is_traded else None

    @property
    def title(self) -> str:
        place, works = PLACES[self.n % 10], WORKS[self.n // 10 % 7]
        return f"{place}镇{PLACES[self.n // 70 % 10]}村{works}工程（第{self.n}号）"

    @property
    def price(self) -> int:
        return 8_000_000 + self.n * 7919 % 30_000_000

    @property
    def announced(self) -> datetime:
        return self.created + timedelta(days=3)

    @property
    def traded(self) -> datetime | None:
        return self.created + timedelta(days=9) if self.is_traded else None

    @property
    def ended(self) -> datetime | None:
        return self.created + timedelta(days=40) if self.part < ENDED else None


def home(n: int) -> str:
    """Return the county of the n-th of anything: most are of the first."""
    return COUNTIES[0] if n % 5 < 3 else COUNTIES[1 + n % 2]


def contractors(size: Size) -> int:
    """Return how many of the enterprises are contractors."""
    return size.enterprises - len(SUPPORT) * EACH_SUPPORT


def every(size: Size) -> Iterator[OneProject]:
    """Return the projects, the oldest first."""
    return (OneProject(n, size) for n in range(size.projects))
