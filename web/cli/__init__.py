"""The command ``smallworks``: each command's module is imported only when it is asked for."""

import importlib
import sys
from collections.abc import Mapping
from typing import Any, ClassVar

import click

from models.errors import SmallworksError
from models.settings import SettingsError
from web.cli.words import Formatter, hint, in_chinese

WRONG_USE = 2

click.Context.formatter_class = Formatter


class Menu(click.Group):
    """Commands by name, imported when used; errors are said in Chinese."""

    commands_at: ClassVar[Mapping[str, tuple[str, str]]] = {
        "setup": ("web.cli.setup:setup", "准备数据库、规则包和工作日历；--demo 建立示范城市"),
        "serve": ("web.cli.serve:serve", "在本机启动网站和后台工作进程"),
        "worker": ("web.cli.workers:worker", "启动一个后台工作进程（多机部署）"),
        "beat": ("web.cli.workers:beat", "启动定时器（多机部署，同时只有一个起作用）"),
        "token": ("web.cli.tokens:token", "程序访问令牌"),
        "authority": ("web.cli.authority:authority", "证书颁发机构的吊销列表"),
        "flow": ("web.cli.flows:flow", "检查、导入、发布流程图"),
        "pack": ("web.cli.packs:pack", "检查、载入、导出县区规则包"),
        "verify": ("web.cli.verify:verify", "离线核验从平台下载的证明文件"),
        "witness": ("web.cli.witness:witness", "日志见证程序（在另一台机器上运行）"),
        "guardian": ("web.cli.guardian:guardian", "密钥保管方：自己机器上的程序，以及登记、换发"),
        "clock": ("web.cli.clock:clock", "演练时钟（只用于演练和示范）"),
        "backup": ("web.cli.backup:backup", "备份数据和资料（不含密钥）"),
        "restore": ("web.cli.backup:restore", "把备份恢复到空的安装"),
        "keys": ("web.cli.backup:keys", "密钥的备份：恢复密钥、导出、导入"),
        "doctor": ("web.cli.doctor:doctor", "检查本套系统是否完好"),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order in which a newcomer needs them."""
        return list(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command."""
        if cmd_name not in self.commands_at:
            return None
        module, name = self.commands_at[cmd_name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("命令"):
            formatter.write_dl([(name, self.commands_at[name][1]) for name in self.commands_at])
        del ctx

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - click's own signature
        """Run, and turn every foreseen error into one Chinese sentence and an exit code."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except click.exceptions.NoArgsIsHelpError as error:
            stop(error.ctx.get_help() if error.ctx else "", 0)
        except click.UsageError as error:
            stop(f"{in_chinese(error)}\n{hint(error)}", WRONG_USE)
        except click.Abort:
            stop("已中断。", 1)
        except SettingsError as error:
            stop(str(error), WRONG_USE)
        except SmallworksError as error:
            stop(error.text, 1)
        sys.exit(code if isinstance(code, int) else 0)


def stop(text: str, code: int) -> None:
    """Print one text and end the program."""
    click.echo(text, err=code != 0)
    sys.exit(code)


main = Menu(
    "smallworks",
    help="smallworks（小额工程交易平台）的命令。",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(package_name="smallworks", message="smallworks %(version)s")(main)

__all__ = ["main"]
