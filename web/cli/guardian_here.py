"""The commands of ``smallworks guardian`` that act on this installation: the key ceremony."""

import click

from models.clock import system_now
from models.selection import guardian_keys, guardian_rehearsals, guardian_roster
from models.selection.guardian_roster import Keeper
from models.selection.guardians import ready
from models.session import reading, unit_of_work
from web.cli.common import OPERATOR, opened

NAME = click.argument("name", metavar="NAME", type=click.Choice(guardian_keys.GUARDIANS))
TITLE = click.option("--title", default="", metavar="TEXT", help="页面上的名称，如“大州区纪委监委”")
HOLDER = click.option("--holder", required=True, metavar="USERNAME", help="保管人的账号")


@click.command(help="登记一方在自己机器上生成的公钥，取代现用的；旧密钥停用，供以前的密封件使用。")
@NAME
@click.option("--key", required=True, metavar="PUBLICKEY", help="guardian init 显示的公钥")
@TITLE
@HOLDER
@click.confirmation_option("--yes", prompt="已当面核对公钥和保管人，登记并停用现用的密钥？")
def register(name: str, key: str, title: str, holder: str) -> None:
    """Register a public key made elsewhere."""
    settings = opened()
    with unit_of_work() as session:
        row = guardian_roster.register(
            session, settings, OPERATOR, Keeper(name, title, holder), key
        )
        click.echo(f"已登记：{row.title}，密钥编号 {row.kid}。请保管人启动程序，完成演练。")


@click.command(help="在本机生成一把新密钥，用保管人当场输入的口令锁定，取代现用的。")
@NAME
@TITLE
@HOLDER
def lock(name: str, title: str, holder: str) -> None:
    """Make a key here that a passphrase locks."""
    settings = opened()
    click.echo("请保管人本人输入口令；口令不保存，忘记后这把密钥不能再用。")
    phrase = click.prompt("新口令（至少12个字符）", hide_input=True, confirmation_prompt="再输一次")
    with unit_of_work() as session:
        keeper = Keeper(name, title, holder)
        row = guardian_roster.lock(session, settings, OPERATOR, keeper, phrase)
        click.echo(f"已锁定：{row.title}，密钥编号 {row.kid}。请保管人登录“密钥保管”页面完成演练。")


@click.command(help="在本机生成一把不用口令的新密钥，取代现用的（本机的管理者可以使用它）。")
@NAME
@click.confirmation_option("--yes", prompt="本机的管理者将能使用这把密钥，确定？")
def renew(name: str) -> None:
    """Make a key here that opens by itself."""
    settings = opened()
    with unit_of_work() as session:
        row = guardian_roster.renew(session, settings, OPERATOR, Keeper(name))
        click.echo(f"已换发：{row.title}，密钥编号 {row.kid}。")


@click.command("list", help="列出三个保管方：密钥在哪里、由谁保管、是否就绪。")
def list_() -> None:
    """Say how each guardian stands."""
    settings = opened()
    with reading() as session:
        for one in ready(session, settings, system_now()):
            mark = "[就绪]" if one.ready else "[未就绪]"
            holder = f"，保管人{one.holder}" if one.holder else ""
            click.echo(f"{mark} {one.title}（{one.name}，{one.kid}）{one.place_title}{holder}")
            if one.fault:
                click.echo(f"        {one.fault}")


@click.command(help="现在就开始一次演练：向三方密封一份样件，各方须打开自己的一份。")
def rehearsal() -> None:
    """Begin a rehearsal."""
    settings = opened()
    with unit_of_work() as session:
        guardian_rehearsals.begin(session, settings, OPERATOR)
    click.echo("演练已开始。各方的程序会自动答复；用口令的保管人请登录“密钥保管”页面办理。")


COMMANDS = (register, lock, renew, list_, rehearsal)
