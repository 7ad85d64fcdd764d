"""Data objects, stores and their arrows: kept in the picture as notes, for forms hold the data."""

from lxml import etree

from processes.importing.sheet import Sheet, insert_artifact
from processes.lint.diagram import B, kind_of
from processes.xml import Element

OBJECTS = {
    "dataObjectReference": "数据对象",
    "dataStoreReference": "数据存储",
    "dataInput": "输入数据",
    "dataOutput": "输出数据",
}
ARROWS = ("dataInputAssociation", "dataOutputAssociation")
HIDDEN = ("ioSpecification", "property", "dataObject", "ioBinding")


def repair(sheet: Sheet) -> None:
    """Turn what is drawn into notes and arrows, and take away what is not drawn."""
    drawn = sheet.drawing.marks
    noted = []
    for tag, title in OBJECTS.items():
        for each in list(sheet.process.iter(f"{B}{tag}")):
            if tag in {"dataInput", "dataOutput"} and each.get("id") not in drawn:
                continue
            noted.append(_note(sheet, each, title))
    arrows = _arrows(sheet)
    hidden = _hidden(sheet)
    if noted:
        names = "、".join(f"“{each}”" for each in noted)
        message = f"数据对象{names}已改为图上的注释，请把这些数据放进表单字段或流程变量。"
        sheet.check(sheet.process, message)
    if arrows:
        sheet.done(sheet.process, f"{arrows} 条数据关联已改为普通关联线。")
    if hidden:
        sheet.check(sheet.process, f"没有画出的数据声明已去掉（{hidden}），请用流程变量代替。")
    for store in list(sheet.root.iterfind(f"{B}dataStore")):
        sheet.root.remove(store)


def _note(sheet: Sheet, element: Element, title: str) -> str:
    name, identity = element.get("name") or element.get("id", ""), element.get("id", "")
    scope = _scope(element)
    element.getparent().remove(element)
    note = insert_artifact(scope, "textAnnotation", id=identity)
    etree.SubElement(note, f"{B}text").text = f"{title}：{name}"
    for lane in sheet.process.iter(f"{B}flowNodeRef"):
        if (lane.text or "").strip() == identity:
            lane.getparent().remove(lane)
    return str(name)


def _scope(element: Element) -> Element:
    while kind_of(element) not in {"process", "subProcess", "transaction", "adHocSubProcess"}:
        element = element.getparent()
    return element


def _arrows(sheet: Sheet) -> int:
    count = 0
    for tag in ARROWS:
        for each in list(sheet.process.iter(f"{B}{tag}")):
            node, scope = each.getparent(), _scope(each.getparent())
            ends = [(one.text or "").strip() for one in each.iterfind(f"{B}sourceRef")]
            ends += [(one.text or "").strip() for one in each.iterfind(f"{B}targetRef")]
            notes = {one.get("id") for one in sheet.process.iter(f"{B}textAnnotation")}
            other = next((one for one in ends if one in notes), None)
            node.remove(each)
            if other is None or not each.get("id"):
                sheet.drawing.erase(each.get("id", ""))
                continue
            outer = scope if scope is not node else node.getparent()
            arrow = insert_artifact(outer, "association", id=each.get("id"))
            arrow.set("sourceRef", node.get("id") if tag == ARROWS[1] else other)
            arrow.set("targetRef", other if tag == ARROWS[1] else node.get("id"))
            count += 1
    return count


def _hidden(sheet: Sheet) -> str:
    names: list[str] = []
    for tag in HIDDEN:
        for each in list(sheet.process.iter(f"{B}{tag}")):
            inner = [one.get("name") for one in each.iter() if one.get("name")]
            names += [str(one) for one in inner] or [each.get("id") or tag]
            each.getparent().remove(each)
    return "、".join(dict.fromkeys(names))[:200]
