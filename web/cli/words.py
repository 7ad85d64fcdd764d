"""The words click itself says, in Chinese."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

WORDS: Mapping[str, str] = {
    "Options": "选项",
    "Commands": "命令",
    "Show this message and exit.": "显示这段说明。",
    "Show the version and exit.": "显示版本。",
}
SAYINGS: Mapping[type[click.UsageError], str] = {
    click.NoSuchOption: "没有 {0.option_name} 这个选项。",
    click.BadOptionUsage: "选项 {0.option_name} 用法不对，请检查它后面的值。",
    click.MissingParameter: "缺少参数 {1}。",
    click.BadParameter: "参数 {1} 的值不对：{0.message}",
}
OTHERS = {
    "No such command": "没有这个命令。",
    "Missing command": "请说明要执行哪个命令。",
    "Got unexpected extra argument": "多出了不认识的参数。",
}


class Formatter(click.HelpFormatter):
    """Writes help pages with Chinese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of usage."""
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        """Write one heading."""
        super().write_heading(WORDS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Write a list of names and what they mean."""
        super().write_dl([(name, WORDS.get(text, text)) for name, text in rows], *args, **kwargs)


class Existing(click.ParamType[Path]):
    """A file or folder that must be there."""

    name = "path"

    def __init__(self, *, folder: bool) -> None:
        self.folder = folder

    def convert(
        self, value: str | Path, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Return the path, or say that it is not there."""
        path = Path(value)
        if not (path.is_dir() if self.folder else path.is_file()):
            self.fail(
                f"{'文件夹' if self.folder else '文件'} {value} 不存在或不能读取。", param, ctx
            )
        return path


FILE = Existing(folder=False)
FOLDER = Existing(folder=True)


def in_chinese(error: click.UsageError) -> str:
    """Return what is wrong with the command line."""
    for kind, saying in SAYINGS.items():
        if isinstance(error, kind):
            return saying.format(error, parameter_name(error))
    known = (saying for start, saying in OTHERS.items() if error.message.startswith(start))
    return next(known, error.message)


def parameter_name(error: click.UsageError) -> str:
    """Return the parameter as it stands in the usage line."""
    parameter = getattr(error, "param", None)
    if parameter is None or error.ctx is None:
        return str(getattr(error, "param_hint", None) or "")
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return str(parameter.make_metavar(error.ctx) or parameter.name)


def hint(error: click.UsageError) -> str:
    """Return where help is to be had."""
    path = error.ctx.command_path if error.ctx else "smallworks"
    return f"用法见：{path} --help"
