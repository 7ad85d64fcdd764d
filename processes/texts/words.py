"""What each field of a notice or letter is called, and an invented value to preview it with."""

from collections.abc import Mapping
from types import MappingProxyType

from models.letter import LETTER_TITLES, LetterKind
from models.letter_text import FIELDS as LETTER_FIELDS
from models.notice import NOTICE_TITLES, NoticeKind
from models.notice_text import FIELDS as NOTICE_FIELDS

HASH = "3f9a6c1e 58d27b40 91ce03f7 a4b8d665 2c7710ef 8b3e94d1 06fa5c82 e71d934b"
FIELDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "project_title": ("项目名称", "青石巷排水沟修缮"),
        "project_number": ("项目编号", "XE-2026-0001"),
        "owner": ("项目业主", "青石街道办事处"),
        "centre": ("交易中心", "安澜县公共资源交易中心"),
        "county": ("区县", "安澜县"),
        "method": ("选取方式", "随机选取"),
        "works_type": ("工程类别", "市政"),
        "location": ("建设地点", "青石巷1号至38号"),
        "ceiling": ("最高限价", "¥\u00a0186,400.00"),
        "ceiling_capitals": ("最高限价（大写）", "人民币壹拾捌万陆仟肆佰元整"),
        "duration_days": ("工期（天）", "45"),
        "funding": ("资金来源", "财政资金"),
        "scope": ("建设内容", "疏通并修缮排水沟320米"),
        "requirements": ("资质要求", "市政公用工程施工总承包三级"),
        "remark": ("经办人的补充说明", "（经办人填写的补充说明）"),
        "freeze_at": ("名单冻结时间", "2026年11月20日17:30"),
        "selection_at": ("选取时间", "2026年11月23日15:00"),
        "plan_hash": ("选取方案指纹", HASH),
        "algorithm": ("算法", "SHA-256"),
        "minimum_candidates": ("最少意向企业数", "3"),
        "hidden_until": ("意向企业名称保密到", "中选结果公布前"),
        "hidden_article": ("保密的依据", "安澜县小额工程办法第九条"),
        "guardians": ("密钥保管方的说明", "（保管方不足时的说明）"),
        "occurred_at": ("险情发生时间", "2026年11月8日06:20"),
        "entrusted_at": ("确定施工单位时间", "2026年11月8日10:00"),
        "situation": ("险情", "暴雨冲毁路基"),
        "choice_reason": ("选择该单位的理由", "最近的有相应资质的单位"),
        "decided_how": ("决定方式", "集体研究"),
        "legal_basis": ("法律依据", "《中华人民共和国招标投标法》第六十六条"),
        "approval": ("核准情况", "行业主管部门已核准"),
        "winner": ("中选企业", "禾木建设工程有限公司"),
        "winner_code": ("中选企业统一社会信用代码", "91510000MA0000001X"),
        "award_price": ("中选价", "¥\u00a0186,400.00"),
        "award_capitals": ("中选价（大写）", "人民币壹拾捌万陆仟肆佰元整"),
        "tickets": ("有效票数", "9"),
        "root": ("名单指纹", HASH),
        "winner_ticket": ("中选票号", "7c41 09be"),
        "drawn_at": ("选取完成时间", "2026年11月23日15:02"),
        "publicity_period": ("公示期（工作日）", "3"),
        "ends_at": ("公示截止时间", "2026年11月26日17:30"),
        "again": ("重新选取的标记", "（重新选取）"),
        "again_note": ("重新选取的说明", "原中选企业放弃，依照规定重新选取。"),
        "contract_number": ("合同编号", "HT-2026-018"),
        "contract_price": ("合同价", "¥\u00a0186,400.00"),
        "contract_capitals": ("合同价（大写）", "人民币壹拾捌万陆仟肆佰元整"),
        "signed_on": ("签订日期", "2026年12月1日"),
        "starts_on": ("开工日期", "2026年12月5日"),
        "contract_days": ("合同工期（天）", "45"),
        "former_selection_at": ("原选取时间", "2026年11月23日15:00"),
        "new_selection_at": ("新的选取时间", "2026年11月24日15:00"),
        "opens_at": ("开启时间", "2026年11月24日15:00"),
        "outage_began_at": ("停电断网开始", "2026年11月23日14:40"),
        "outage_recovered_at": ("恢复时间", "2026年11月23日16:10"),
        "outage_cause": ("停电断网原因", "市电停电"),
        "outage_found_by": ("由谁发现", "平台自动发现"),
        "change_word": ("变更的种类", "变更"),
        "change_reason": ("变更原因", "设计图纸调整"),
        "changes": ("变更内容", "工期由45天改为50天。"),
        "joiners": ("已参与企业的处理", "已登记的意向继续有效。"),
        "approved_at": ("批准时间", "2026年11月19日10:00"),
        "former_freeze_at": ("原名单冻结时间", "2026年11月20日17:30"),
        "failure": ("失败原因", "意向企业不足3家"),
        "former_winner": ("原中选企业", "北渚建筑有限公司"),
        "former_code": ("原中选企业统一社会信用代码", "91510000MA0000002X"),
        "former_price": ("原中选价", "¥\u00a0186,400.00"),
        "declined_at": ("放弃时间", "2026年11月25日09:30"),
        "decline_reason": ("放弃理由", "项目经理调离"),
        "excluded": ("不再参加的企业", "北渚建筑有限公司不再参加本项目。"),
        "floor_commit": ("最低限价的封存指纹", HASH),
        "bidding_from": ("报价开始时间", "2026年11月21日09:00"),
        "bidding_until": ("报价截止时间", "2026年11月21日17:00"),
        "below_floor": ("低于最低限价的处理", "作无效报价处理"),
        "minimum_joiners": ("最少参与企业数", "3"),
        "opened_bids": ("开启后公开什么", "公开报价和票号"),
        "floor": ("最低限价", "¥\u00a0150,000.00"),
        "floor_capitals": ("最低限价（大写）", "人民币壹拾伍万元整"),
        "joined_count": ("参与企业数", "6"),
        "bid_count": ("报价数", "5"),
        "bids_opened_at": ("开启时间", "2026年11月23日15:00"),
        "transcript_hash": ("开启记录指纹", HASH),
        "how_settled": ("怎样确定", "报价最低的有效报价中选"),
        "organiser": ("发包组织者", "青石街道办事处"),
        "organiser_contact": ("组织者联系方式", "0818-0000000"),
        "management": ("管理方式", "业主自行组织"),
        "agency": ("代理机构", "听松工程咨询有限公司"),
        "entrusted_by": ("委托人", "青石街道办事处"),
        "closes_at": ("报名截止时间", "2026年11月20日17:30"),
        "minimum_registered": ("最少报名企业数", "3"),
        "minimum_passed": ("最少通过资格审查数", "2"),
        "names_open": ("企业名称公开时点", "报名截止后"),
        "names_article": ("名称公开的依据", "安澜县小额工程办法第十一条"),
        "correction": ("更正说明", "报名截止时间顺延一个工作日。"),
        "registered_count": ("报名企业数", "5"),
        "passed_count": ("通过资格审查数", "4"),
        "compared_at": ("比选时间", "2026年11月24日10:00"),
        "comparison_method": ("比选办法", "综合评议"),
        "recommendation": ("推荐理由", "业绩和报价最优"),
        "ranking": ("名次", "第一名 禾木建设工程有限公司"),
        "subject": ("事项名称", "汛期值守派工"),
        "year": ("年份", "2026"),
        "sequence": ("流水号", "0012"),
        "day": ("签发日期", "2026年11月26日"),
        "contact": ("联系人", "王某某"),
        "mobile": ("联系电话", "139 0000 0000"),
        "code": ("核验码", "SAMP-LE00-0000"),
    }
)
"""Name → what it is called, and an invented value."""
INVENTED: Mapping[str, str] = MappingProxyType({name: one[1] for name, one in FIELDS.items()})


def kind_title(folder: str, kind: str) -> str:
    """Return what a kind of notice or letter is called."""
    if folder == "notices":
        return NOTICE_TITLES[NoticeKind(kind)]
    return LETTER_TITLES[LetterKind(kind)]


def fields_of(folder: str, kind: str) -> list[tuple[str, str]]:
    """Return the fields that a text of a kind may name, with what they are called."""
    names = (
        NOTICE_FIELDS[NoticeKind(kind)] if folder == "notices" else LETTER_FIELDS[LetterKind(kind)]
    )
    return [(name, title) for name, (title, _) in FIELDS.items() if name in names]
