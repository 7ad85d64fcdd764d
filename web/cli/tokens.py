"""``smallworks token``: let a program act for an account."""

import click

from models.session import unit_of_work
from processes import tokens
from web.cli.common import opened


@click.group(help="程序访问令牌。")
def token() -> None:
    """Group the commands for tokens."""


@token.command(help="为账号建一个令牌；只显示这一次，90 天后失效。")
@click.option("--account", required=True, metavar="NAME", help="用户名")
@click.option("--name", default="命令行", metavar="TEXT", help="令牌的用途")
def create(account: str, name: str) -> None:
    """Print a new token."""
    opened()
    with unit_of_work() as session:
        click.echo(tokens.create(session, account, name))
