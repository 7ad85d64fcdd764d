"""What the owners of the demonstration let contractors bid for."""

from processes.demo.story import Requirement

SETTLED = Requirement(
    title="柳河镇望江社区老旧小区雨污分流改造工程",
    works_type="市政公用",
    location="柳河镇望江社区8至12栋",
    scope="新建雨水管420米、污水管380米，检查井26座，恢复路面650平方米。",
    ceiling_price=24_600_000,
    duration_days=45,
)
TIED = Requirement(
    title="柳河镇中心小学教学楼外窗更换工程",
    works_type="房屋建筑",
    location="柳河镇中心小学校内",
    scope="拆除旧钢窗，更换断桥铝合金外窗286平方米，修补窗台及洞口抹灰。",
    ceiling_price=17_850_000,
)
FAILED = Requirement(
    title="柳河镇桃园村蓄水池维修加固工程",
    works_type="水利水电",
    location="柳河镇桃园村三组",
    scope="池壁裂缝灌浆126米，内壁防渗520平方米，更换闸阀3套，新建护栏84米。",
    ceiling_price=11_260_000,
)
CLOSED = Requirement(
    title="柳河镇文化广场看台及地面改造工程",
    works_type="房屋建筑",
    location="柳河镇文化路中段",
    scope="看台阶梯修复310平方米，广场地面更换花岗石640平方米，增设无障碍坡道2处。",
    ceiling_price=28_400_000,
    duration_days=40,
)
OPEN = Requirement(
    title="柳河镇派出所业务用房加固改造工程",
    works_type="房屋建筑",
    location="柳河镇正街52号",
    scope="梁柱碳纤维加固240平方米，室内隔墙拆改，更换门窗28樘，屋面防水360平方米。",
    ceiling_price=34_900_000,
    duration_days=60,
)
JOINABLE = Requirement(
    title="柳河镇青松村村道边沟及挡墙工程",
    works_type="房屋建筑",
    location="柳河镇青松村五组",
    scope="新建浆砌石边沟780米、挡土墙96立方米，埋设过路涵管5道。",
    ceiling_price=20_750_000,
    duration_days=35,
)
UNSEALED = Requirement(
    title="柳河镇农贸市场排水及地面防滑工程",
    works_type="房屋建筑",
    location="柳河镇农贸市场",
    scope="排水沟清淤改造260米，更换盖板，地面防滑处理930平方米。",
    ceiling_price=15_640_000,
    duration_days=25,
)
