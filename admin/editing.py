"""Screens that change something: explicit forms, one unit of work, every change noted."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, g, redirect, render_template, request
from flask_admin import expose
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form, validators

from admin.view import LookView
from models.base import Base
from models.errors import NotFoundError, SmallworksError
from models.identity.actor import Actor
from models.identity.security import note
from models.session import unit_of_work

REQUIRED = validators.InputRequired("必填，请补充。")
Answer = str | AnyResponse | Response | tuple[str, int]
Act = Callable[[Session], str]
"""Does something inside the unit of work and returns what it changed, in words."""


class EditView(LookView):
    """A list whose rows are made and changed by forms of their own."""

    create_form_class: type[Form] | None = None
    edit_form_class: type[Form] | None = None
    create_word = "新建"
    note = "每次改动都记入安全事件。"
    form_template = "keeper/form.html"

    def __init__(self, model: type[Base], name: str) -> None:
        self.may_create = self.create_form_class is not None
        super().__init__(model, name)

    def create(self, session: Session, form: Any) -> str:  # noqa: ANN401
        """Make a row from the form; return in words what was made."""
        raise NotImplementedError

    def change(self, session: Session, row: Any, form: Any) -> str:  # noqa: ANN401
        """Change a row by the form; return in words what was changed."""
        raise NotImplementedError

    @expose("/create/", methods=("GET", "POST"))
    def create_page(self) -> Answer:
        """Show the empty form, or make the row."""
        if self.create_form_class is None:
            raise NotFoundError
        form = self.create_form_class(request.form)
        self.prepare(form)
        if request.method == "POST" and form.validate():
            return self._save("admin.created", lambda session: self.create(session, form), form)
        return self._form_page(form, f"{self.create_word}{self.name}", "")

    @expose("/change/", methods=("GET", "POST"))
    def change_page(self) -> Answer:
        """Show the form of a row, or change the row."""
        if self.edit_form_class is None:
            raise NotFoundError
        key = request.args.get("id", "")
        row = self.get_one(key)
        if row is None:
            raise NotFoundError
        form = self.edit_form_class(request.form, **self.values(row))
        self.prepare(form)
        if request.method == "POST" and form.validate():
            return self._save(
                "admin.changed", lambda s: self.change(s, s.get_one(*self.key(key)), form), form
            )
        return self._form_page(form, f"修改{self.name}", str(row))

    def values(self, row: Any) -> dict[str, Any]:  # noqa: ANN401
        """Return what the form of a row is filled with."""
        return {column.key: getattr(row, column.key) for column in self.model.__table__.c}

    def key(self, text: str) -> tuple[type[Base], Any]:
        """Return the model and the primary key that an address names."""
        return self.model, text

    def prepare(self, form: Any) -> None:  # noqa: ANN401
        """Fill the choices of a form; most forms have none."""

    def row_links(self, model: Base) -> list[tuple[str, str]]:
        """Add the way to the form of a row."""
        links = list(super().row_links(model))
        if self.edit_form_class:
            links.append(("修改", self.get_url(".change_page", id=self.get_pk_value(model))))
        return links

    def act(self, kind: str, act: Act) -> AnyResponse:
        """Do something with a row, note it, say it, and go back to the list."""
        with unit_of_work() as session:
            done = act(session)
            keep_note(session, kind, done)
        flash(done, "ok")
        return redirect(self.get_url(".index_view"), 303)

    def _save(self, kind: str, act: Act, form: Form) -> Answer:
        try:
            return self.act(kind, act)
        except SmallworksError as error:
            return self._form_page(form, str(self.name), "", error.text)

    def _form_page(self, form: Form, title: str, subject: str, error: str = "") -> Answer:
        page = render_template(
            self.form_template,
            form=form,
            title=title,
            subject=subject,
            error=error,
            back=self.get_url(".index_view"),
            admin_view=self,
        )
        return (page, 422) if form.errors or error else page


def text_of(field: Any) -> str:  # noqa: ANN401
    """Return what was typed into a field, trimmed; nothing when it was not sent."""
    return str(field.data or "").strip()


def keep_note(session: Session, kind: str, done: str) -> None:
    """Note a keeper's act among the security events."""
    actor: Actor = g.actor
    note(session, kind, actor.username, request.remote_addr or "", done)
