"""What is hidden about a project, in words for the public."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.selection.tables import Mask

FIELDS = {
    "interests": "参与企业的名称",
    "interest_count": "参与家数",
    "floor": "最低限价",
    "bids": "报价",
}
STAGES = {
    "published": "结果公布",
    "frozen": "名单冻结",
    "opening": "开启",
    "opened": "当众开启",
}


def mask_texts(session: Session, project_id: str) -> list[str]:
    """Say what is still hidden about a project, until when, by which article."""
    masks = session.scalars(
        select(Mask).where(Mask.project_id == project_id, Mask.lifted_at.is_(None))
    )
    return [
        f"{FIELDS.get(mask.field, mask.field)}在{STAGES.get(mask.until, mask.until)}前不公开"
        f"（{mask.article}），任何人都无权查看。"
        for mask in masks
    ]
