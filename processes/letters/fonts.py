"""The Chinese font of letters: the installation's own, the build's, or the system's."""

from functools import lru_cache
from pathlib import Path

import typst

from models.errors import UnavailableError
from models.settings import ROOT, Settings

BUILT = ROOT / "web" / "static" / "dist" / "fonts"
OWN = "fonts"
SYSTEM = (
    "Noto Serif SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "STSong",
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Zen Hei",
)
"""Families with all Chinese characters that systems bring, the most letter-like first."""


class FontMissingError(UnavailableError):
    """Nothing on this machine can print Chinese."""

    message = (
        "本机没有可用的中文字体，文书暂时不能生成。请运行 make setup（会带来字体），"
        "或把中文字体文件（TTF、OTF）放进数据目录的 fonts 文件夹；任务会自动重试。"
    )


def fonts_for(settings: Settings) -> tuple[str, typst.Fonts]:
    """Return the family that letters are set in, and where it is; raise when there is none."""
    return _found(str(settings.directory / OWN), str(BUILT))


@lru_cache(maxsize=4)
def _found(own: str, built: str) -> tuple[str, typst.Fonts]:
    for folder in (own, built):
        if Path(folder).is_dir():
            fonts = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
            )
            if families := fonts.families():
                return families[0], fonts
    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False)
    there = set(fonts.families())
    family = next((name for name in SYSTEM if name in there), None)
    if family is None:
        raise FontMissingError
    return family, fonts
