"""Who appears in the demonstration: organisations, people, what each contractor holds."""

from dataclasses import dataclass

COUNTY, CITY = "dazhou", "city"
GENERAL, SPECIAL, SAFETY = "general_contracting", "special_contracting", "safety_licence"
BUILDING = (GENERAL, "建筑工程施工总承包")
MUNICIPAL = (GENERAL, "市政公用工程施工总承包")
WATER = (GENERAL, "水利水电工程施工总承包")
FITTING = (SPECIAL, "建筑机电安装工程专业承包")
WATERPROOF = (SPECIAL, "防水防腐保温工程专业承包")
LICENCE = (SAFETY, "安全生产许可证")
LEVEL_NAMES = {0: "", 1: "一级", 2: "二级", 3: "三级"}
PLEDGE = "本企业填写的信息和提交的资料真实、有效，如有不实，愿承担相应责任。"


@dataclass(frozen=True)
class Organisation:
    """A party that is no contractor: its role in a county and its people."""

    name: str
    role: str
    county: str
    number: int
    people: tuple[tuple[str, str, tuple[str, ...]], ...]


ORGANISATIONS = (
    Organisation(
        "柳河镇人民政府",
        "owner",
        COUNTY,
        1,
        (
            ("dz.owner", "韩知远", ("applicant", "owner")),
            ("dz.selector", "陆知微", ("selection_officer",)),
            ("dz.monitor", "罗澄", ("monitor",)),
        ),
    ),
    Organisation(
        "达州市公共资源交易服务中心",
        "trading_centre",
        COUNTY,
        2,
        (
            ("dz.centre", "沈砚秋", ("trading_centre",)),
            ("dz.leader", "梁叙白", ("centre_leader",)),
        ),
    ),
    Organisation(
        "达州市住房和城乡建设局",
        "regulator",
        COUNTY,
        3,
        (("dz.housing", "方既明", ("regulator",)),),
    ),
    Organisation(
        "市公共资源交易中心",
        "trading_centre",
        CITY,
        4,
        (("city.centre", "顾南溪", ("trading_centre",)),),
    ),
)
WITHOUT_PARTY = (
    ("analyst", "程砚", "analyst"),
    ("publisher", "宋知白", "publisher"),
    ("keeper.system", "何修", "keeper_system"),
    ("keeper.security", "严守一", "keeper_security"),
    ("keeper.audit", "邵明远", "keeper_audit"),
)
NAMES = (
    "云泽禾木建筑", "青屿建设工程", "石桥市政工程", "望溪水利工程", "安澜机电安装", "长河建筑",
    "松涛建设", "临江市政建设", "百川水电工程", "嘉禾建筑工程", "疏桐建设", "远山建筑安装",
)  # fmt: skip
CONTACTS = (
    "叶听澜", "周予安", "许怀瑾", "唐闻笙", "江映雪", "季长风", "苏木", "温知许", "白行简",
    "林见川", "秦舒", "谢临渊",
)  # fmt: skip
HELD = {
    1: ((BUILDING, 2), (MUNICIPAL, 3)),
    2: ((BUILDING, 3), (WATERPROOF, 2)),
    3: ((MUNICIPAL, 2), (BUILDING, 3)),
    4: ((WATER, 3), (BUILDING, 3)),
    5: ((FITTING, 3), (BUILDING, 3)),
    6: ((BUILDING, 1),),
    7: ((BUILDING, 3), (FITTING, 2)),
    8: ((MUNICIPAL, 3), (BUILDING, 2)),
    9: ((WATER, 2),),
    10: ((BUILDING, 3),),
    11: ((BUILDING, 2),),
    12: ((BUILDING, 3),),
}
SUSPENDED, EXPIRED = 11, 12
