"""The receipt of a registration as a stamped PDF: made for whoever asks and kept nowhere.

A stored letter would tell who joined before the result may be known, so none is stored.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.clock import business_now
from models.flow.job import Setting
from models.identity.party import Party
from models.letter_text import LetterWords
from models.project import Project, SelectionMethod
from models.settings import Settings
from processes.letters.letter_key import NAME, ensure_letter_key

TITLE, OF_COMPARISON = "意向登记回执", "报名回执单"
OPENING = "平台已登记你单位参与下列项目的意向，并签发本回执。"
REGISTERED = "平台已受理你单位对下列项目的报名，并签发本回执单。"
CLOSING = (
    "名单冻结后，本回执的票号列入公布的名单指纹；结果公布后可凭票号查到名次。",
    "结果公布前，请妥善保管本回执，不要向他人出示。",
)
CLOSING_OF_COMPARISON = (
    "报名截止后，本回执单的票号列入公布的名单指纹，企业名称按本区县规则公开。",
    "名称公开之前，请妥善保管本回执单，不要向他人出示。",
)
GROUP = 8


def title_of(project: Project) -> str:
    """Return what the receipt of a project is called."""
    compares = project.method is SelectionMethod.COMPARATIVE_SELECTION
    return OF_COMPARISON if compares else TITLE


def receipt_words(
    session: Session, settings: Settings, slip: Mapping[str, Any], project: Project, party: Party
) -> LetterWords:
    """Return what the receipt says: the signed slip itself, in words."""
    day = f"{business_now():%Y年%m月%d日}"
    compares = project.method is SelectionMethod.COMPARATIVE_SELECTION
    rows = [
        ["项目名称", project.title],
        ["项目编号", str(slip["number"])],
        ["项目业主", project.owner.name],
        ["报名企业" if compares else "参与企业", f"{party.name}（{party.credit_code}）"],
        ["票号", _grouped(str(slip["ticket"]))],
        ["企业承诺值", _grouped(str(slip["org_commit"]))],
        ["签发标识", str(slip["issuer"])],
        ["签名", _grouped(str(slip["signature"]))],
    ]
    return LetterWords(
        head="",
        number="",
        title=title_of(project),
        addressee=f"{party.name}：",
        opening=[REGISTERED if compares else OPENING],
        rows=rows,
        closing=[*(CLOSING_OF_COMPARISON if compares else CLOSING)],
        sign=[NAME, day],
        seal=NAME,
        check="在平台“核验”页粘贴回执文件，可验证签名；也可扫描二维码打开核验页。",
        code=str(slip["ticket"])[:12].upper(),
        day=day,
        url=f"{settings.url}/check",
        marks=_marks(session, settings),
    )


def receipt_pdf(words: LetterWords, settings: Settings) -> bytes:
    """Return the receipt set and stamped."""
    # Imported here because both are large and only a letter needs them.
    from processes.letters.render import render  # noqa: PLC0415
    from processes.letters.stamp import stamp  # noqa: PLC0415

    ensure_letter_key(settings)
    pdf = render(words.as_dict(), settings, at=business_now())
    return stamp(pdf, settings, reason=words.title, place=NAME)


def _marks(session: Session, settings: Settings) -> list[str]:
    if settings.is_training:
        return ["演练文书"]
    demonstration = session.get(Setting, "demonstration")
    return ["示范文书"] if demonstration is not None and demonstration.value else []


def _grouped(digits: str) -> str:
    return " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))
