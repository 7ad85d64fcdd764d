"""Letters (文书): the jobs that make them, who may have them, and whether one is genuine."""

from processes.letters.checking import Genuine, check_letter, same_file
from processes.letters.jobs import MAKE, READY, TELL
from processes.letters.letter_key import ensure_letter_key
from processes.letters.reading import LetterLine, letters_of, readable_letter

__all__ = [
    "MAKE",
    "READY",
    "TELL",
    "Genuine",
    "LetterLine",
    "check_letter",
    "ensure_letter_key",
    "letters_of",
    "readable_letter",
    "same_file",
]
