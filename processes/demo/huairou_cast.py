"""Who appears in Huairou: towns, offices, and the enterprises of its rosters."""

from dataclasses import dataclass
from datetime import date

from processes.demo.cast import BUILDING, LICENCE, MUNICIPAL, SPECIAL, WATER, Organisation

HUAIROU = "huairou"
LANDSCAPING = ("landscaping", "园林绿化工程施工")
DECORATION = (SPECIAL, "建筑装修装饰工程专业承包")
BIDDING_AGENCY = ("bidding_agency", "工程招标代理")
SUPERVISION = ("supervision", "房屋建筑工程监理")
COST_CONSULTING = ("cost_consulting", "工程造价咨询")
REVIEWING = ("project_review", "工程项目评审")
Held = tuple[tuple[str, str], int]
ENDS, SOON = date(2029, 6, 30), date(2026, 12, 31)


@dataclass(frozen=True)
class Enterprise:
    """A party on a roster of Huairou, with the one account it has."""

    username: str
    name: str
    contact: str
    kind: str
    number: int
    held: tuple[Held, ...]
    rosters: tuple[str, ...] = ("general",)
    until: date = ENDS


OFFICES = (
    Organisation(
        "枫泉镇人民政府",
        "owner",
        HUAIROU,
        1,
        (("hr.town", "温砚", ("applicant", "owner")),),
    ),
    Organisation(
        "杏园街道办事处",
        "owner",
        HUAIROU,
        2,
        (("hr.town2", "舒望", ("applicant", "owner")),),
    ),
    Organisation(
        "怀柔区住房和城乡建设委员会",
        "regulator",
        HUAIROU,
        3,
        (("hr.regulator", "席慕白", ("regulator",)),),
    ),
    Organisation(
        "怀柔区园林绿化局",
        "landscape_authority",
        HUAIROU,
        4,
        (("hr.landscape", "柏青", ("landscape_authority",)),),
    ),
    Organisation(
        "怀柔区公共资源交易中心",
        "trading_centre",
        HUAIROU,
        5,
        (("hr.centre", "裴知秋", ("trading_centre",)),),
    ),
    Organisation(
        "怀柔区散小工程监督办公室",
        "oversight_authority",
        HUAIROU,
        6,
        (("hr.oversight", "容与", ("oversight_authority",)),),
    ),
)
ENTERPRISES = (
    Enterprise("hr.agency", "青穗招标代理有限公司", "简宁", "agency", 101, ((BIDDING_AGENCY, 0),)),
    Enterprise("hr.agency2", "澄怀工程咨询有限公司", "丁香", "agency", 102, ((BIDDING_AGENCY, 0),)),
    Enterprise(
        "hr.supervisor", "砺石工程监理有限公司", "石磊", "supervisor", 111, ((SUPERVISION, 2),)
    ),
    Enterprise(
        "hr.supervisor2", "衡岳工程监理有限公司", "岳鸣", "supervisor", 112, ((SUPERVISION, 2),)
    ),
    Enterprise(
        "hr.auditor", "明恕工程造价咨询有限公司", "宁静", "auditor", 121, ((COST_CONSULTING, 1),)
    ),
    Enterprise(
        "hr.auditor2", "秉正会计师事务所", "郑秉文", "auditor", 122, ((COST_CONSULTING, 2),)
    ),
    Enterprise(
        "hr.reviewer", "知衡工程评审有限公司", "衡之", "review_body", 131, ((REVIEWING, 0),)
    ),
    Enterprise(
        "hr.contractor01",
        "砚山建筑工程有限公司",
        "纪云舟",
        "contractor",
        201,
        ((BUILDING, 2), (MUNICIPAL, 3), (LICENCE, 0)),
        ("building", "municipal"),
    ),
    Enterprise(
        "hr.contractor02",
        "朗川建设有限公司",
        "骆西川",
        "contractor",
        202,
        ((BUILDING, 3), (LICENCE, 0)),
        ("building",),
    ),
    Enterprise(
        "hr.contractor03",
        "栖梧市政工程有限公司",
        "祝清和",
        "contractor",
        203,
        ((MUNICIPAL, 2), (BUILDING, 3), (LICENCE, 0)),
        ("building", "municipal"),
    ),
    Enterprise(
        "hr.contractor04",
        "霁云装饰工程有限公司",
        "云霁",
        "contractor",
        204,
        ((DECORATION, 2), (BUILDING, 3), (LICENCE, 0)),
        ("building", "decoration"),
    ),
    # its licences end soon: the roster's watch has somebody to remind
    Enterprise(
        "hr.contractor05",
        "归舟水务工程有限公司",
        "陶然",
        "contractor",
        205,
        ((WATER, 3), (BUILDING, 3), (LICENCE, 0)),
        ("building", "water"),
        SOON,
    ),
    # holds no building qualification
    Enterprise(
        "hr.contractor06",
        "映月园林绿化有限公司",
        "花想容",
        "contractor",
        206,
        ((LANDSCAPING, 0), (LICENCE, 0)),
        ("landscaping",),
    ),
)
