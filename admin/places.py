"""Counties and the calendar of working days, kept by the keeper of the system."""

from datetime import date
from typing import Any

from flask import request
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, Form, StringField, validators

from admin.editing import REQUIRED, EditView, text_of
from admin.view import SYSTEM
from models.calendar import WorkCalendar, forget_calendar
from models.errors import ConflictError, InvalidError
from models.identity.county import County
from models.session import after_commit


class DayLoadedError(ConflictError):
    """The day stands in the calendar already."""

    message = "{day}已在日历中，请在列表里找到这一天修改。"


class CountyForm(Form):
    """What may change of a county."""

    name = StringField("名称", [REQUIRED, validators.Length(max=40)])
    parent_code = StringField("上级代码", [validators.Length(max=40)], description="没有上级的留空")
    is_open = BooleanField("已开通", description="未开通的区县不出现在选择里")


class NewCountyForm(CountyForm):
    """A new county has a code as well; it never changes."""

    code = StringField(
        "代码",
        [REQUIRED, validators.Regexp(r"^[a-z][a-z0-9_]{1,39}$", message="须是拼音，如 dazhou。")],
    )


class CountyView(EditView):
    """Counties that run their small works here."""

    slug = "counties"
    icon = "bi-geo-alt"
    roles = frozenset({SYSTEM})
    note = "新的区县还需要用命令 smallworks pack load 载入它的规则。"
    shown = ("code", "name", "parent_code", "is_open")
    column_default_sort = ("code", False)
    can_view_details = False
    create_form_class = NewCountyForm
    edit_form_class = CountyForm

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Open a county."""
        if session.get(County, form.code.data) is not None:
            raise ConflictError(f"代码 {form.code.data} 已被使用，请换一个。")
        county = County(code=form.code.data)
        words = self.change(session, county, form)
        session.add(county)
        return f"新建区县 {county.code}，{words}"

    def change(self, session: Session, row: Any, form: Any) -> str:  # noqa: ANN401
        """Change a county's name, parent, or whether it is open."""
        parent = text_of(form.parent_code) or None
        if parent == row.code or (parent and session.get(County, parent) is None):
            raise InvalidError("上级代码不存在，请填写另一个区县的代码，或留空。")
        row.name, row.parent_code = text_of(form.name), parent
        row.is_open = form.is_open.data
        return f"修改区县 {row.name}（{'已开通' if row.is_open else '未开通'}）"


class DayForm(Form):
    """One day: whether it is worked, and by which source."""

    is_workday = BooleanField("工作日")
    name = StringField("节假日", [validators.Length(max=40)])
    source = StringField(
        "来源",
        [REQUIRED, validators.Length(max=100)],
        description="如“国务院办公厅关于2027年部分节假日安排的通知”",
    )
    is_provisional = BooleanField(
        "暂定", description="国务院通知公布前先按法定节假日载入的，标为暂定"
    )


class NewDayForm(DayForm):
    """A day that is not loaded."""

    day = DateField("日期", [validators.InputRequired("必填，写法如2027-01-01。")])


class CalendarView(EditView):
    """Working days by year; deadlines count by them from the next moment on."""

    slug = "calendar"
    icon = "bi-calendar3"
    roles = frozenset({SYSTEM})
    note = "改动只影响此后的计算，已经定下的期限不变。整年用命令载入，这里逐日更正。"
    shown = ("day", "is_workday", "name", "source", "is_provisional")
    choices = {"is_workday": (("1", "工作日"), ("0", "休息日"))}
    column_searchable_list = ("name", "source")
    column_default_sort = ("day", False)
    can_view_details = False
    page_size = 31
    create_form_class = NewDayForm
    edit_form_class = DayForm

    def get_query(self) -> Any:  # noqa: ANN401
        """Return the days, narrowed by whether they are worked."""
        query = self.session.query(WorkCalendar)
        if (worked := request.args.get("is_workday")) in ("0", "1"):
            query = query.filter(WorkCalendar.is_workday == (worked == "1"))
        return query

    def get_one(self, id: str) -> Any:  # noqa: A002, ANN401
        """Return the row of a day."""
        day = _day(id)
        return self.session.get(WorkCalendar, day) if day else None

    def key(self, text: str) -> tuple[type[WorkCalendar], date | None]:
        """Return the day that an address names."""
        return WorkCalendar, _day(text)

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Load one day."""
        if session.get(WorkCalendar, form.day.data) is not None:
            raise DayLoadedError(day=form.day.data)
        row = WorkCalendar(day=form.day.data)
        words = self.change(session, row, form)
        session.add(row)
        return words

    def change(self, session: Session, row: Any, form: Any) -> str:  # noqa: ANN401
        """Change one day; this process counts anew after the commit."""
        row.is_workday, row.name = form.is_workday.data, text_of(form.name)
        row.source, row.is_provisional = text_of(form.source), form.is_provisional.data
        after_commit(session, forget_calendar)
        return f"日历 {row.day} 定为{'工作日' if row.is_workday else '休息日'}，依据：{row.source}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
