"""Counties (and the city itself): the unit by which rights and rules are given."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, text40


class County(Base):
    """A county, town or the city that runs its small works here (区县)."""

    __tablename__ = "county"

    code: Mapped[str] = mapped_column(String(40), primary_key=True, info={"label": "代码"})
    name: Mapped[text40] = mapped_column(info={"label": "名称"})
    parent_code: Mapped[str | None] = mapped_column(
        ForeignKey("county.code"), info={"label": "上级"}
    )
    is_open: Mapped[bool] = mapped_column(default=True, info={"label": "已开通"})

    def __str__(self) -> str:
        return self.name
