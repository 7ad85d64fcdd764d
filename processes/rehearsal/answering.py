"""Fills the form of an open step: what the act says, what the pack's sample says, the rest made up.

Papers are uploaded, secrets are sealed: what is handed in is what a browser would hand in.
"""

import tomllib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from models.calendar import load_calendar
from models.clock import business_now
from models.flow.instance import Instance
from models.flow.work_item import WorkItem
from models.identity.actor import Actor
from models.session import reading
from processes import contents, definitions
from processes.choices import choices_for
from processes.forms.schema import LIST, Component, bound_names, components_of, walk
from processes.properties import form_path, properties_of
from processes.reading import runtime_of
from processes.rehearsal import invent
from processes.rehearsal.invent import Upload
from processes.rehearsal.values import Values, is_paper
from processes.runtime import OpenTask

if TYPE_CHECKING:
    from processes.rehearsal.world import World

SECRET = "draw_secret"  # noqa: S105 - the name of a field


class Answering:
    """One open step and who answers it."""

    def __init__(
        self, world: "World", item: WorkItem, person: Actor, upload: Upload | None = None
    ) -> None:
        self.world, self.item, self.person = world, item, person
        self.values = Values(world, item, person)
        self.upload = upload or self.values.paper
        self.invented: list[str] = []
        with reading() as session:
            self._read(session)

    def _read(self, session: Session) -> None:
        instance = session.get_one(Instance, self.item.instance_id)
        runtime = runtime_of(session, instance)
        self.task: OpenTask = next(
            one for one in runtime.open_tasks() if one.task_id == self.item.task_id
        )
        self.data = dict(self.task.data)
        self.schema: Component | None = None
        if self.item.form:
            version = definitions.pinned(session, self.task.flow)
            self.schema = definitions.get_json(session, version, form_path(self.item.form))
            parties = self.data.get("parties") or {}
            self.data |= choices_for(session, self.schema, instance.county_code, parties)
        self.calendar = load_calendar(session)
        self.sample = _sample(session, instance.county_code, self.item.form or "")

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The properties of the step's element."""
        return properties_of(self.task.extensions)

    def fill(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the whole form; ``None`` in ``given`` leaves a field empty."""
        form = self._fields(given)
        if self.properties.get("accepts") == SECRET and SECRET not in form:
            with reading() as session:
                project, role = str(self.item.project_id), self.item.role
                form[SECRET] = self.world.player.sealed_secret(session, project, role)
        return form

    def exactly(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return what the act says and nothing else, its papers uploaded."""
        own = self._resolved(given)
        return {
            name: self.values.paper(value) if is_paper(value) else value
            for name, value in own.items()
        }

    def _fields(self, given: dict[str, Any]) -> dict[str, Any]:
        own = self._resolved(given)
        if self.schema is None:
            return {name: value for name, value in own.items() if value is not None}
        components = components_of(self.schema)
        names = bound_names(components)
        lists = {one.get("path") for one in walk(components) if one["type"] == LIST}
        known = self._resolved({name: one for name, one in self.sample.items() if name in names})
        for name, value in own.items():
            known[name] = invent.laid(known.get(name), value) if name in lists else value
        inventor = invent.Inventor(business_now(), self.upload, self.calendar)
        form = inventor.answers(self.schema, self.data, known)
        self.invented = sorted(name for name in form if name not in own)
        return form

    def _resolved(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.values.value(one, self.data.get(name)) for name, one in given.items()}


def _sample(session: Session, county: str, form: str) -> dict[str, Any]:
    path = f"samples/{form}.toml"
    digest = contents.assets(session, county, path).get(path) if form else None
    if digest is None:
        return {}
    return tomllib.loads(contents.get(session, digest).decode())
