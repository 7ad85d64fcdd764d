"""What is hidden about a project, in words for the public."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.selection.tables import Mask

FIELDS = {
    "interests": "参与企业的名称",
    "interest_count": "参与家数",
    "floor": "最低限价",
    "bids": "报价",
    "ranking": "各家名次和意见",
}
STAGES = {
    "published": "结果公布",
    "ranking": "结果公布",
    "frozen": "名单冻结",
    "opening": "开启",
    "opened": "当众开启",
}


NEVER_OPENED = {
    ("ranking", "winner"): "结果公布只公开中选企业，各家名次和意见不公开（{article}）。"
}


def lifted_fields(session: Session, project_id: str) -> frozenset[str]:
    """Return the fields that a mask operator has shown, and none that another still hides."""
    rows = session.execute(
        select(Mask.field, Mask.lifted_at).where(Mask.project_id == project_id)
    ).all()
    hidden = {row.field for row in rows if row.lifted_at is None}
    return frozenset(row.field for row in rows) - hidden


def mask_texts(session: Session, project_id: str) -> list[str]:
    """Say what is still hidden about a project, until when, by which article."""
    masks = session.scalars(
        select(Mask).where(Mask.project_id == project_id, Mask.lifted_at.is_(None))
    )
    return [_text(mask) for mask in masks]


def _text(mask: Mask) -> str:
    never = NEVER_OPENED.get((mask.field, mask.until))
    if never:
        return never.format(article=mask.article)
    return (
        f"{FIELDS.get(mask.field, mask.field)}在{STAGES.get(mask.until, mask.until)}前不公开"
        f"（{mask.article}），任何人都无权查看。"
    )
