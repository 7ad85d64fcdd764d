"""Small-works projects (小额工程项目): what must be searched or counted about a case."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, fen, id_pk, text40, text100, text200
from models.identity.party import Party


class SelectionMethod(StrEnum):
    """How the contractor is chosen."""

    RANDOM_DRAW = "random_draw"
    REVERSE_AUCTION = "reverse_auction"
    COMPARATIVE_SELECTION = "comparative_selection"
    EMERGENCY = "emergency"


METHOD_TITLES = {
    SelectionMethod.RANDOM_DRAW: "随机选取",
    SelectionMethod.REVERSE_AUCTION: "竞价选取",
    SelectionMethod.COMPARATIVE_SELECTION: "比选",
    SelectionMethod.EMERGENCY: "应急工程",
}


class Management(StrEnum):
    """Who carries a comparison out: the town itself, or the agency it entrusts (HR-4.5.1)."""

    SELF = "self_managed"
    ENTRUSTED = "entrusted"


MANAGEMENT_TITLES = {Management.SELF: "自行发包", Management.ENTRUSTED: "委托发包"}


class ProjectPhase(StrEnum):
    """Where the project stands, in the public's words."""

    DRAFT = "draft"
    INTAKE = "intake"
    REPORTED = "reported"
    PREPARING = "preparing"
    ANNOUNCED = "announced"
    PAUSED = "paused"
    FROZEN = "frozen"
    REGISTRATION_CLOSED = "registration_closed"
    REVIEWED = "reviewed"
    BIDDING = "bidding"
    BIDS_CLOSED = "bids_closed"
    DRAWN = "drawn"
    PUBLICISED = "publicised"
    AWARDED = "awarded"
    CONTRACTED = "contracted"
    COMPLETED = "completed"
    EVALUATED = "evaluated"
    DECLINED = "declined"
    UNSUCCESSFUL = "unsuccessful"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


PHASE_TITLES = {
    ProjectPhase.DRAFT: "填报中",
    ProjectPhase.INTAKE: "受理中",
    ProjectPhase.REPORTED: "应急结果已填报",
    ProjectPhase.PREPARING: "编制公告",
    ProjectPhase.ANNOUNCED: "公告中",
    ProjectPhase.PAUSED: "暂停中",
    ProjectPhase.FROZEN: "名单已冻结",
    ProjectPhase.REGISTRATION_CLOSED: "报名已截止",
    ProjectPhase.REVIEWED: "已资格审查",
    ProjectPhase.BIDDING: "竞价中",
    ProjectPhase.BIDS_CLOSED: "待开启",
    ProjectPhase.DRAWN: "已选取",
    ProjectPhase.PUBLICISED: "公示中",
    ProjectPhase.AWARDED: "已中选",
    ProjectPhase.CONTRACTED: "已签合同",
    ProjectPhase.COMPLETED: "已验收",
    ProjectPhase.EVALUATED: "已评价",
    ProjectPhase.DECLINED: "中选企业放弃",
    ProjectPhase.UNSUCCESSFUL: "选取失败",
    ProjectPhase.TERMINATED: "已终止",
    ProjectPhase.WITHDRAWN: "已撤回",
}


class Project(Base):
    """A small-works project, from its entry on; operators write it, pages read it."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("ceiling_price > 0", name="ceiling_positive"),
        Index(None, "county_code", "phase", "created_at"),
        Index(None, "owner_id", "created_at"),
        Index(None, "agency_id", "created_at"),
        Index(None, "county_code", "traded_at"),
        Index(None, "traded_at"),
        Index(None, "created_at"),
        Index(None, "county_code", "created_at"),
        Index(None, "ceiling_price"),
        # read alone where little or nothing matches: a search never goes through whole rows
        Index(
            "ix_project_search",
            *("works_type", "phase", "method", "county_code", "announced_at", "traded_at"),
            *("ended_at", "owner_id", "winner_id", "number", "title", "id"),
        ),
    )

    id: Mapped[id_pk]
    number: Mapped[str] = mapped_column(String(30), unique=True, info={"label": "项目编号"})
    county_code: Mapped[str] = mapped_column(ForeignKey("county.code"), info={"label": "区县"})
    owner_id: Mapped[str] = mapped_column(ForeignKey("party.id"), info={"label": "项目业主"})
    instance_id: Mapped[str | None] = mapped_column(String(32), index=True)
    title: Mapped[text200] = mapped_column(index=True, info={"label": "项目名称"})
    works_type: Mapped[text40] = mapped_column(info={"label": "施工类别"})
    method: Mapped[SelectionMethod] = mapped_column(info={"label": "选取方式"})
    phase: Mapped[ProjectPhase] = mapped_column(info={"label": "当前状态"})
    ceiling_price: Mapped[fen] = mapped_column(info={"label": "最高限价"})
    location: Mapped[text200] = mapped_column(default="", info={"label": "建设地点"})
    scope: Mapped[str] = mapped_column(Text, default="", info={"label": "施工内容"})
    duration_days: Mapped[int] = mapped_column(default=0, info={"label": "计划工期（日历天）"})
    funding: Mapped[text100] = mapped_column(default="", info={"label": "资金来源"})
    contact: Mapped[text40] = mapped_column(default="", info={"label": "联系人"})
    contact_mobile: Mapped[str] = mapped_column(String(20), default="", info={"label": "联系电话"})
    requirements: Mapped[list[dict[str, object]]] = mapped_column(
        JSON, default=list, info={"label": "施工企业资质"}
    )
    management: Mapped[Management | None] = mapped_column(info={"label": "组织形式"})
    """Who carries a comparison out; nothing for the other ways to choose."""
    agency_id: Mapped[str | None] = mapped_column(
        ForeignKey("party.id"), info={"label": "代理机构"}
    )
    selection_at: Mapped[datetime | None] = mapped_column(info={"label": "选取时间"})
    winner_id: Mapped[str | None] = mapped_column(
        ForeignKey("party.id"), info={"label": "中选企业"}
    )
    award_price: Mapped[fen | None] = mapped_column(info={"label": "中选价"})
    created_at: Mapped[datetime] = mapped_column(info={"label": "报建时间"})
    announced_at: Mapped[datetime | None] = mapped_column(
        index=True, info={"label": "首次公告时间"}
    )
    traded_at: Mapped[datetime | None] = mapped_column(info={"label": "首次公布中选时间"})
    ended_at: Mapped[datetime | None] = mapped_column(index=True, info={"label": "办结时间"})
    withdrawn_reason: Mapped[text200] = mapped_column(default="", info={"label": "撤回原因"})

    owner: Mapped[Party] = relationship(foreign_keys=[owner_id], lazy="joined")
    winner: Mapped[Party | None] = relationship(foreign_keys=[winner_id])
    agency: Mapped[Party | None] = relationship(foreign_keys=[agency_id])

    @property
    def organiser_id(self) -> str:
        """The party that carries the contracting out: the entrusted agency, or the owner."""
        entrusted = self.management is Management.ENTRUSTED
        return self.agency_id if entrusted and self.agency_id else self.owner_id

    def __str__(self) -> str:
        return self.title


class NumberSeries(Base):
    """The last number given in a series such as ``project:dazhou:2026``."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
