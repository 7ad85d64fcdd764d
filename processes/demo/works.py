"""What the owners of the demonstration ask for, beyond the straight path."""

from processes.demo.story import Requirement

CORRECTED = Requirement(
    title="柳河镇初级中学宿舍楼外墙修缮工程",
    works_type="房屋建筑",
    location="柳河镇初级中学校内",
    scope="铲除空鼓外墙砖640平方米，重做抹灰及真石漆，更换外窗36樘，修补散水85米。",
    ceiling_price=34_720_000,
    duration_days=50,
)
PAUSED = Requirement(
    title="柳河镇青松村人行便桥改造工程",
    works_type="市政公用",
    location="柳河镇青松村三组",
    scope="拆除原木板便桥，新建钢筋混凝土人行桥一座，跨径12米，两端接顺人行道46米。",
    ceiling_price=27_960_000,
    duration_days=75,
)
DRAWN = Requirement(
    title="柳河镇综合文化站电路改造工程",
    works_type="机电安装",
    location="柳河镇文化路5号",
    scope="更换老化线路2600米，新设配电箱8台，更换应急照明和疏散指示灯64套。",
    ceiling_price=12_480_000,
)
UNSUCCESSFUL = Requirement(
    title="柳河镇竹林村饮水池维修工程",
    works_type="水利水电",
    location="柳河镇竹林村一组",
    scope="清洗并修补蓄水池2座，池壁防渗处理310平方米，更换进出水管及阀门。",
    ceiling_price=7_650_000,
    duration_days=20,
)
TERMINATED = Requirement(
    title="柳河镇农贸市场公厕改造工程",
    works_type="房屋建筑",
    location="柳河镇农贸市场东侧",
    scope="更换洁具24套、隔断18间，地面墙面贴砖210平方米，增设无障碍厕位1个。",
    ceiling_price=13_860_000,
)
REDRAWN = Requirement(
    title="柳河镇中心幼儿园活动场地改造工程",
    works_type="房屋建筑",
    location="柳河镇桃园路12号",
    scope="拆除破损地垫，铺设塑胶面层480平方米，更换围栏92米，新建洗手台2处。",
    ceiling_price=21_340_000,
    duration_days=25,
)
POSTPONED = Requirement(
    title="柳河镇滨河步道破损路面修复工程",
    works_type="市政公用",
    location="柳河镇滨河路",
    scope="挖除破损面层560平方米，重做垫层，铺设透水砖，更换路缘石230米。",
    ceiling_price=19_580_000,
)
CANCELLED = Requirement(
    title="柳河镇粮站旧仓库屋面修缮工程",
    works_type="房屋建筑",
    location="柳河镇粮站院内",
    scope="更换屋面瓦730平方米及腐朽椽子，修复山墙裂缝，更换天沟落水管64米。",
    ceiling_price=23_150_000,
)
LATE = Requirement(
    title="双溪乡田坝村晒坝硬化工程",
    works_type="房屋建筑",
    location="双溪乡田坝村四组",
    scope="平整场地，浇筑混凝土面层900平方米，设置排水沟110米。",
    ceiling_price=10_920_000,
)
WITHDRAWN = Requirement(
    title="柳河镇镇政府食堂排烟改造工程",
    works_type="机电安装",
    location="柳河镇正街1号",
    scope="更换排烟风机2台、风管45米，加装油烟净化器1台，墙面修补60平方米。",
    ceiling_price=6_480_000,
    duration_days=15,
)
OUT_OF_SCOPE = Requirement(
    title="双溪乡办公家具采购及安装项目",
    works_type="装饰装修",
    location="双溪乡人民政府",
    scope="采购并安装办公桌椅42套、文件柜30组，拆除旧隔断36平方米。",
    ceiling_price=9_300_000,
    duration_days=15,
)
GIVEN_BACK = Requirement(
    title="柳河镇青松村卫生室改造工程",
    works_type="房屋建筑",
    location="柳河镇青松村二组",
    scope="室内粉刷310平方米，更换门窗11樘，新做诊室隔断3处，院坝硬化120平方米。",
    ceiling_price=10_540_000,
)
SIGNING = Requirement(
    title="柳河镇中心小学食堂地面防滑改造工程",
    works_type="房屋建筑",
    location="柳河镇中心小学校内",
    scope="凿除旧地砖360平方米，重做防水层，铺贴防滑砖，更换排水沟盖板54米。",
    ceiling_price=9_980_000,
    duration_days=18,
)
CONTRACTED = Requirement(
    title="柳河镇司法所办公用房维修工程",
    works_type="房屋建筑",
    location="柳河镇正街41号",
    scope="室内墙面粉刷620平方米，更换门窗14樘，吊顶95平方米，线路整理。",
    ceiling_price=11_760_000,
    duration_days=25,
)
IN_WORKS = Requirement(
    title="柳河镇望江社区日间照料中心改造工程",
    works_type="房屋建筑",
    location="柳河镇望江社区7栋一层",
    scope="隔墙拆改、地面铺设防滑地胶240平方米，新建无障碍卫生间2间，扶手安装130米。",
    ceiling_price=35_210_000,
    duration_days=45,
)
COMPLETED = Requirement(
    title="柳河镇退役军人服务站修缮工程",
    works_type="房屋建筑",
    location="柳河镇新街15号",
    scope="屋面补漏160平方米，室内粉刷480平方米，更换灯具32套、门8樘。",
    ceiling_price=8_430_000,
    duration_days=20,
)
EVALUATED = Requirement(
    title="柳河镇石桥村文化广场铺装工程",
    works_type="房屋建筑",
    location="柳河镇石桥村村委会前",
    scope="清表平整，铺设广场砖870平方米，新建花池6处、宣传栏2组。",
    ceiling_price=16_820_000,
)
OVERDUE = Requirement(
    title="双溪乡便民服务点改造工程",
    works_type="房屋建筑",
    location="双溪乡老街2号",
    scope="室内改造130平方米，更换门窗9樘，新设服务柜台和无障碍坡道。",
    ceiling_price=7_290_000,
    duration_days=15,
)
