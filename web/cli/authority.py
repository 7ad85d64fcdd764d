"""``smallworks authority``: load an authority's list of the revoked, as a timer does."""

from pathlib import Path

import click

from models.identity import authorities
from models.identity.certificates import day
from models.identity.security import note
from models.session import unit_of_work
from web.cli.common import opened


@click.group(help="证书颁发机构。")
def authority() -> None:
    """Group the commands for authorities."""


@authority.command(help="载入吊销列表；按签发机构找到是哪一家，不收过期、不完整、更旧的。")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def crl(file: Path) -> None:
    """Load a list for whichever authority issued it."""
    data = file.read_bytes()
    opened()
    with unit_of_work() as session:
        row = authorities.issuer_of_crl(session, data)
        authorities.load_crl(session, row, data)
        until = day(row.crl_expires_at) if row.crl_expires_at else ""
        done = f"载入 {row.name} 的吊销列表，有效期至{until}"
        note(session, "admin.changed", "", "", done)
    click.echo(done)
