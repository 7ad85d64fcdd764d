"""File names as they are kept: readable, and harmless wherever they are saved."""

import re
import unicodedata

LONGEST = 120
"""Characters kept of a name without its ending; file systems count 255 bytes, Chinese takes 3."""
NAMELESS = "文件"
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
LONGEST_BYTES = 220


def split_name(given: str) -> tuple[str, str]:
    """Return the clean stem and the ending (lower case, no dot) of an uploaded file's name."""
    text = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    # format characters can turn the reading direction: "…fdp.exe" would be shown as "…exe.pdf"
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"})
    text = FORBIDDEN.sub("_", text).strip()
    stem, dot, ending = text.rpartition(".")
    return (stem if dot else text), (ending.lower() if dot else "")


def safe_name(given: str, ending: str) -> str:
    """Return the name under which the file is kept and offered."""
    stem = split_name(given)[0].strip(" .\u3000")[:LONGEST]
    while len(stem.encode()) > LONGEST_BYTES:
        stem = stem[:-1]
    if not stem or DEVICES.fullmatch(stem.split(".")[0]):
        stem = f"{NAMELESS}{stem}"
    return f"{stem}.{ending}"
