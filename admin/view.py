"""The base of every screen: a list and a page of details, for looking and never touching."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, g, request, send_file
from flask_admin import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.tools import iterdecode
from jinja2 import pass_context
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from admin.words import in_words, look_of
from models.base import Base, labels_of
from models.identity.actor import Actor
from models.identity.county import County
from models.session import Read
from processes.workbook import XLSX, workbook_file

SYSTEM, SECURITY, AUDIT = "keeper_system", "keeper_security", "keeper_audit"
MOST_EXPORTED = 5000
READING = scoped_session(Read, scopefunc=lambda: id(g._get_current_object()))  # noqa: SLF001
"""One looking session per request; it takes no write lock and commits nothing."""

COUNTY_NAMES = select(County.code, County.name)

Choices = Mapping[str, Sequence[tuple[str, str]]]


class LookView(ModelView):
    """What a flow owns is looked at here; it changes through its flow."""

    roles: frozenset[str] = frozenset()
    slug = ""
    icon = "bi-dot"
    note = "这里只能查看。"
    may_create = False
    choices: Choices = {}
    shown: Sequence[str] = ()
    more: Sequence[str] = ()
    labels: Mapping[str, str] = {}

    can_create = can_edit = can_delete = False
    can_view_details = True
    can_set_page_size = False
    simple_list_pager = True
    page_size = 20
    list_template = "keeper/list.html"
    details_template = "keeper/details.html"
    column_display_actions = True

    def __init__(self, model: type[Base], name: str) -> None:
        self.column_list = tuple(self.shown)
        self.column_details_list = (*self.shown, *self.more)
        self.column_labels = {**labels_of(model), **self.labels}
        endpoint, url = f"keeper_{self.slug}", f"/admin/{self.slug.replace('_', '-')}"
        with warnings.catch_warnings():
            # it would rather have Flask-SQLAlchemy, which would bring a second engine
            warnings.simplefilter("ignore", DeprecationWarning)
            super().__init__(model, READING, name=name, endpoint=endpoint, url=url)

    def is_accessible(self) -> bool:
        """Return whether the person signed in is the kind of keeper this screen is for."""
        actor: Actor | None = g.get("actor")
        return actor is not None and bool(actor.roles & self.roles)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        """Refuse; the guard of the blueprint has normally done so before."""
        abort(403)

    def look(self, model: Base, name: str) -> tuple[str, str]:
        """Return the tone and icon of a state."""
        return look_of(getattr(model, name))

    def county_name(self, model: Any) -> str:  # noqa: ANN401
        """Return the name of a row's county; the base pack belongs to none."""
        if "county_names" not in g:
            g.county_names = {row.code: row.name for row in READING.execute(COUNTY_NAMES)}
        return in_words(g.county_names.get(model.county_code, model.county_code))

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        # the library calls a view again, otherwise, when a TypeError comes out of it
        return fn(self, *args, **kwargs)

    def get_one(self, id: str) -> Any:  # noqa: A002, ANN401
        """Return a row; none when the address names no whole key (the library would fail)."""
        keys = [column for column in self.model.__table__.c if column.primary_key]
        parts = iterdecode(id)
        return super().get_one(id) if len(parts) == len(keys) else None

    def get_query(self) -> Any:  # noqa: ANN401
        """Return the rows, narrowed by the choices that stand in the address."""
        query = super().get_query()
        for name in self.choices:
            if value := request.args.get(name):
                query = query.filter(getattr(self.model, name) == value)
        return query

    @pass_context
    def get_list_value(self, context: Any, model: Base, name: str) -> str:  # noqa: ANN401, ARG002
        """Return what a cell shows."""
        return self.cell(model, name)

    @pass_context
    def get_detail_value(self, context: Any, model: Base, name: str) -> str:  # noqa: ANN401, ARG002
        """Return what a line of the details shows."""
        return self.cell(model, name)

    def cell(self, model: Base, name: str) -> str:
        """Return a value in words; a screen may know better words for some columns."""
        if name == "county_code":
            return self.county_name(model)
        value: Any = model
        for part in name.split("."):
            value = getattr(value, part, None)
        return in_words(value)

    @expose("/workbook/")
    def workbook(self) -> Response:
        """Return the list, narrowed as the address says, as a workbook."""
        args = self._get_list_extra_args()
        column = self._get_column_by_idx(args.sort)
        _, rows = self.get_list(
            0,
            column[0] if column else None,
            args.sort_desc,
            args.search,
            args.filters,
            page_size=MOST_EXPORTED,
        )
        head = [label for _, label in self._list_columns]
        lines = [[self.cell(row, name) for name, _ in self._list_columns] for row in rows]
        file = workbook_file(str(self.name), head, lines)
        return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{self.name}.xlsx")

    def row_actions(self, model: Base) -> Sequence[tuple[str, str]]:  # noqa: ARG002
        """Return the acts that a row offers, to be sent as forms: words and address."""
        return ()

    def row_links(self, model: Base) -> Sequence[tuple[str, str]]:
        """Return what may be done with a row from the list: words and address."""
        if not self.can_view_details:
            return []
        return [("查看", self.get_url(".details_view", id=self.get_pk_value(model)))]
