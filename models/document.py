"""Uploaded and generated documents: rows here, bytes content-addressed under ``DATA_DIR/blobs``."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, id_pk, text40, text100, text200
from models.clock import system_now


class Document(Base):
    """One file with its name; the same bytes are stored once."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "project_id"), Index(None, "instance_id"))

    id: Mapped[id_pk]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[text200] = mapped_column(info={"label": "文件名"})
    media_type: Mapped[text100] = mapped_column(info={"label": "类型"})
    size: Mapped[int] = mapped_column(info={"label": "大小（字节）"})
    kind: Mapped[text40] = mapped_column(default="attachment", info={"label": "资料类别"})
    county_code: Mapped[str] = mapped_column(String(40), default="")
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id"))
    instance_id: Mapped[str | None] = mapped_column(String(32))
    party_id: Mapped[str | None] = mapped_column(ForeignKey("party.id"))
    uploaded_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    is_public: Mapped[bool] = mapped_column(default=False, info={"label": "公开"})
    created_at: Mapped[datetime] = mapped_column(info={"label": "上传时间"})
    stored_at: Mapped[datetime] = mapped_column(default=system_now)
    replaced_at: Mapped[datetime | None] = mapped_column(info={"label": "被替换时间"})
