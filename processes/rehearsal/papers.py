"""Small real papers in place of what people would scan, and letters set without a typesetter."""

from typing import Any

from models.letter import Letter, shown_code
from models.session import reading
from models.settings import Settings
from models.storage import open_storage
from processes import job_kinds
from processes.demo.papers import paper
from processes.job_kinds import Args
from processes.letters import jobs
from processes.rehearsal.errors import LetterUnknownError


def quick_letters() -> None:
    """Let this process make letters as plain papers: nobody waits for a typesetter here."""
    job_kinds.forget(jobs.MAKE)
    job_kinds.register(jobs.MAKE, jobs.store, prepare=_prepare)


def _prepare(args: Args, settings: Settings) -> Any:  # noqa: ANN401 - as the job's own
    with reading() as session:
        letter = session.get_one(Letter, args["letter"])
        if letter.document_id is not None:
            return None
    body = paper(letter.title, letter.number or "", f"核验码 {shown_code(letter.code)}")
    return jobs.Made(sha256=open_storage(settings).put(body), size=len(body))


def typeset(settings: Settings, letter_id: str) -> bytes:
    """Return a letter set as real ones are, without a stamp: nobody issued it."""
    # imported here because it is large and only a letter that is looked at needs it
    from processes.letters.render import render  # noqa: PLC0415

    with reading() as session:
        letter = session.get(Letter, letter_id)
    if letter is None:
        raise LetterUnknownError
    return render(letter.words, settings, at=letter.issued_at)
