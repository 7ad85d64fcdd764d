"""Installations to run the cases in: begun once, then copied for each run."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from models.settings import Settings
from tests.crash.kills.cases import NUMBERS
from tests.postgres.conftest import run


@dataclass(frozen=True)
class OnPostgres:
    """Installations with a database each on one server."""

    folder: Path
    server: str
    broker: str
    workers = 3
    numbers = NUMBERS
    kills = 200

    def settings(self, name: str) -> Settings:
        return Settings(
            data_dir=str(self.folder / name),
            database_url=self.server.format(database=self.database(name)),
            broker_url=self.broker,
            training="1",
        )

    def database(self, name: str) -> str:
        return f"{self.folder.name}_{name}".lower()

    def make(self, name: str) -> Settings:
        self.create(name, "template1")
        (self.folder / name).mkdir()
        return self.settings(name)

    def create(self, name: str, template: str) -> None:
        made = f'CREATE DATABASE "{self.database(name)}" TEMPLATE "{template}"'
        # a killed client loses nothing by it, only a power cut would
        unsynced = f'ALTER DATABASE "{self.database(name)}" SET synchronous_commit = off'
        for statement in (made, unsynced):
            run(self.server, statement)

    def copy(self, name: str, start: str) -> Settings:
        self.create(name, self.database(start))
        shutil.copytree(self.folder / start, self.folder / name)
        return self.settings(name)


@dataclass(frozen=True)
class OnSqlite:
    """Installations of one folder each."""

    folder: Path
    workers = 1
    numbers = {state: -(-number // 5) for state, number in NUMBERS.items()}
    kills = 12

    def settings(self, name: str) -> Settings:
        return Settings(data_dir=str(self.folder / name), training="1")

    def make(self, name: str) -> Settings:
        (self.folder / name).mkdir()
        return self.settings(name)

    def copy(self, name: str, start: str) -> Settings:
        shutil.copytree(self.folder / start, self.folder / name)
        return self.settings(name)


Place = OnPostgres | OnSqlite
