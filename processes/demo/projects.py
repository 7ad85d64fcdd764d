"""The demonstration's projects, in the states of the random selection's straight path."""

from datetime import datetime

from models.clock import CHINA
from processes.demo.course import Course, announce, become_due, finish
from processes.demo.player import Player
from processes.demo.story import Requirement, Story


def moment(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA)


FINISHED = Requirement(
    title="柳河镇中心卫生院围墙及大门修缮工程",
    works_type="房屋建筑",
    location="柳河镇正街26号院内",
    scope="拆除破损砖围墙86米并按原样重砌，更换大门2樘，围墙内外抹灰刷漆约430平方米。",
    ceiling_price=18_360_000,
    duration_days=45,
)
AWARDED = Requirement(
    title="柳河镇便民服务中心屋面防水维修工程",
    works_type="防水防腐保温",
    location="柳河镇新街8号",
    scope="铲除老化卷材412平方米，找平后铺设双层防水卷材，更换雨水斗6个、落水管48米。",
    ceiling_price=8_650_000,
    duration_days=20,
)
FROZEN = Requirement(
    title="柳河镇石桥村村民活动中心改造工程",
    works_type="房屋建筑",
    location="柳河镇石桥村二组",
    scope="室内隔墙拆改、地面铺砖260平方米、吊顶180平方米，门窗更换22樘，水电线路改造。",
    ceiling_price=38_640_000,
    duration_days=60,
)
ANNOUNCED = Requirement(
    title="柳河镇第三小学操场排水改造工程",
    works_type="市政公用",
    location="柳河镇第三小学校内",
    scope="开挖排水沟310米，铺设双壁波纹管，新建检查井9座，恢复操场面层420平方米。",
    ceiling_price=26_850_000,
    duration_days=40,
)
PREPARING = Requirement(
    title="柳河镇敬老院厨房及食堂修缮工程",
    works_type="房屋建筑",
    location="柳河镇敬老院内",
    scope="厨房地面、墙面砖更换，新增排烟管道32米，食堂吊顶及照明更新，增设无障碍坡道1处。",
    ceiling_price=31_375_000,
)
IN_INTAKE = Requirement(
    title="柳河镇老旧楼道照明更新工程",
    works_type="机电安装",
    location="柳河镇望江社区1至6栋",
    scope="更换楼道声控灯具210套，敷设线管线缆1800米，更换配电箱12台并做接地检测。",
    ceiling_price=14_200_000,
    qualification="electrical_special",
)
ALSO_IN_INTAKE = (
    Requirement(
        title="柳河镇集贸市场顶棚加固工程",
        works_type="房屋建筑",
        location="柳河镇集贸市场",
        scope="更换锈蚀檩条46根、彩钢瓦820平方米，加固立柱12根并重做防锈漆。",
        ceiling_price=29_730_000,
        duration_days=35,
    ),
    Requirement(
        title="柳河镇河堤护栏缺损修复工程",
        works_type="市政公用",
        location="柳河镇滨河路",
        scope="修复缺损石护栏138米，更换栏板24块，护栏基础压浆加固210米。",
        ceiling_price=11_280_000,
        duration_days=25,
    ),
)
TO_BE_ANNOUNCED = Requirement(
    title="柳河镇图书室少儿阅览区改造工程",
    works_type="房屋建筑",
    location="柳河镇文化路3号",
    scope="拆除旧隔墙，铺设地胶190平方米，定制书架32组，更换灯具40套，增设无障碍卫生间1间。",
    ceiling_price=16_450_000,
)
SENT_BACK = Requirement(
    title="柳河镇文化站院坝硬化工程",
    works_type="市政公用",
    location="柳河镇文化站",
    scope="院坝清表平整，浇筑混凝土面层560平方米，设置排水沟75米，划线及安装车挡。",
    ceiling_price=9_860_000,
)
REASONS = (
    "1. 工程量清单第3项混凝土面层填560平方米，预算表为520平方米，请核实后统一。\n"
    "2. 进场交易申请表未加盖公章，请盖章后重新上传。"
)


def build_projects(player: Player) -> None:
    """Play every project up to where the demonstration leaves it."""
    _awarded(Story(player, AWARDED))
    _finished(Story(player, FINISHED))
    _frozen(Story(player, FROZEN))
    _announced(Story(player, ANNOUNCED))
    _preparing(Story(player, PREPARING))
    _sent_back(Story(player, SENT_BACK))
    _in_intake(Story(player, IN_INTAKE))
    for hour, requirement in zip((8, 17), ALSO_IN_INTAKE, strict=True):
        _in_intake(Story(player, requirement), hour)
    Story(player, TO_BE_ANNOUNCED).prepare(moment(17, 15, 30))
    Story(player, IN_INTAKE).start(moment(18, 8, 50))


def _awarded(story: Story) -> None:
    course = Course.usual(moment(2, 10), moment(5, 17, 30), moment(6, 10), joined=moment(3, 11))
    announce(story, course, 1, 3, 5, 7)
    finish(story, course)
    story.wake(moment(9, 17, 31))


def _finished(story: Story) -> None:
    course = Course.usual(
        moment(10, 9, 30), moment(13, 17, 30), moment(16, 15), published=moment(17, 9, 10)
    )
    announce(story, course, 1, 2, 3, 4, 5, 6, 7, 8, 10)
    finish(story, course)


def _frozen(story: Story) -> None:
    course = Course.usual(
        moment(11, 14), moment(17, 17, 30), moment(18, 9), announced=moment(12, 10)
    )
    announce(story, course, 2, 4, 6, 8, 10)
    story.join(moment(16, 9, 40), 1, 7)
    become_due(story, course)


def _announced(story: Story) -> None:
    course = Course.usual(moment(16, 10), moment(19, 17, 30), moment(20, 15), joined=moment(17, 10))
    announce(story, course, 1, 3, 5, 6, 10)


def _preparing(story: Story) -> None:
    story.start(moment(16, 14))
    story.submit(moment(16, 15))
    story.accept(moment(17, 9, 30))
    story.name_people(moment(17, 10))
    story.confirm_monitor(moment(17, 15))


def _sent_back(story: Story) -> None:
    story.start(moment(16, 9))
    story.submit(moment(16, 9, 20))
    story.send_back(moment(16, 16), REASONS)


def _in_intake(story: Story, hour: int = 16) -> None:
    story.start(moment(17, hour))
    story.submit(moment(17, hour, 40))
