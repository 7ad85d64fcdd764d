"""What the towns of Huairou have built."""

from processes.demo.comparing import Works
from processes.demo.emergencies import Emergency

FINISHED = Works(
    title="枫泉镇文化活动中心卫生间改造工程",
    location="枫泉镇枫泉路9号",
    scope="拆除旧洁具32套，重做防水186平方米，铺贴墙地砖420平方米，增设无障碍卫生间1间。",
    ceiling_price=17_450_000,
    duration_days=20,
)
PUBLICISED = Works(
    title="枫泉镇老年驿站适老化改造工程",
    location="枫泉镇泉南巷12号",
    scope="走廊加装扶手160米，地面防滑处理310平方米，改造坡道2处，更换门11樘。",
    ceiling_price=21_900_000,
    duration_days=25,
)
COMPARING = Works(
    title="枫泉镇北沟村村委会外墙修缮工程",
    location="枫泉镇北沟村36号",
    scope="铲除空鼓外墙抹灰380平方米，重做保温和涂料，更换外窗22樘，修补散水70米。",
    ceiling_price=23_600_000,
)
REVIEWING = Works(
    title="枫泉镇社区服务站室内装修工程",
    location="枫泉镇新泉小区5号楼一层",
    scope="拆改隔墙64平方米，吊顶230平方米，铺地胶260平方米，更换灯具48套，线路整理。",
    ceiling_price=19_850_000,
    duration_days=25,
)
JOINABLE = Works(
    title="枫泉镇中心小学操场看台维修工程",
    location="枫泉镇中心小学院内",
    scope="拆除并更换看台面层320平方米，修补混凝土踏步，更换栏杆46米。",
    ceiling_price=26_800_000,
)
DRAFTING = Works(
    title="枫泉镇东岭村党群服务中心屋面防水工程",
    location="枫泉镇东岭村8号",
    scope="铲除老化卷材270平方米，找平后铺设双层防水卷材，更换天沟52米、落水管36米。",
    ceiling_price=9_760_000,
    duration_days=15,
)
ENDED = Works(
    title="枫泉镇农机站车棚改造工程",
    location="枫泉镇农机站院内",
    scope="更换车棚顶板340平方米，加固立柱18根，重做照明线路。",
    ceiling_price=8_300_000,
    duration_days=15,
)
IN_WORKS = Emergency()
SIGNING = Emergency(
    title="枫泉镇敬老院锅炉房供暖管道应急抢修工程",
    works_type="机电安装",
    location="枫泉镇敬老院内",
    scope="更换爆裂供暖主管76米、阀门14个，恢复保温层，系统打压调试。",
    price=6_920_000,
    duration_days=5,
    situation="供暖主管爆裂，敬老院六十余名老人取暖中断，夜间气温已降至零度以下。",
    choice_reason="原安装单位熟悉管线，备件齐全，当晚可以进场。",
)
