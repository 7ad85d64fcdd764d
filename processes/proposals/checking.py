"""What is wrong with a proposal: its files, what uses them, and what others changed meanwhile."""

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import SmallworksError
from models.flow.definition import BASE
from models.flow.proposal import Origin, Proposal
from models.identity.county import County
from processes import inherited
from processes.lint import Finding
from processes.packs.check import findings_of
from processes.packs.files import MAX_FILES
from processes.packs.pack import RULES, Pack, pack_of
from processes.packs.storing import DIAGRAMS, key_of
from processes.proposals import files
from processes.proposals.reading import laid_over, overlay, rows_of
from processes.proposals.rule_checks import rule_findings
from processes.proposals.upgrading import drafts_of, upgrades_for
from processes.references import References, named_in

WIDE = ("roles.toml", "rules.toml", "pack.toml")
"""A change of these may touch any diagram."""


def check(
    session: Session, proposal: Proposal, paths: Collection[str] | None = None
) -> list[Finding]:
    """Return every finding of a proposal, or those of some of its files; errors forbid publishing.

    A finding's element is ``path`` or ``path:element``.
    """
    changed = overlay(session, proposal)
    looked_at = changed if paths is None else {p: changed[p] for p in paths if p in changed}
    found = check_files(session, proposal.county_code, changed, looked_at)
    later = [*_meanwhile(session, proposal, looked_at), *_base_since(session, proposal, looked_at)]
    return sorted({*found, *later})


def check_files(
    session: Session,
    county: str,
    changed: Mapping[str, bytes | None],
    looked_at: Collection[str] | None = None,
) -> list[Finding]:
    """Return the findings of changed files, of what uses them, and of the counties below."""
    shown = set(changed if looked_at is None else looked_at)
    pack = stored_pack(session, county, changed)
    found = list(_findings(pack, set(changed), shown))
    if RULES in shown:
        found += rule_findings(session, county, changed)
    if county == BASE and changed.keys() <= shown:
        for code in session.scalars(select(County.code).order_by(County.code)).all():
            found += _below(session, code, pack, set(changed))
    return sorted(set(found))


def stored_pack(
    session: Session, county: str, changed: Mapping[str, bytes | None] | None = None
) -> Pack:
    """Return a county's pack as it is stored, with changes laid on top, over the stored base."""
    own = laid_over(files.own_files(session, county), changed or {})
    base = None if county == BASE else stored_pack(session, BASE)
    return pack_of(county, own, base)


def _findings(pack: Pack, changed: set[str], shown: set[str]) -> Iterator[Finding]:
    for one in pack.findings:
        place = f"rules.toml:{one.element}" if one.rule == "rules" else one.element
        if place.partition(":")[0] in shown:
            yield Finding(place, one.rule, one.level, one.message)
    if len(pack.files) > MAX_FILES:
        yield Finding("", "pack", "error", f"一个区县最多 {MAX_FILES} 个文件，请删去不用的。")
    visible = pack.all_files
    yield from findings_of(pack, {p: visible[p] for p in shown if p in pack.files})
    if changed <= shown:
        others = {path: visible[path] for path in users_of(visible, changed) - shown}
        for one in findings_of(pack, others):
            if one.level == "error":
                told = f"因本次改动不再成立：{one.message}"
                yield Finding(one.element, one.rule, one.level, told)
        yield from _circles(visible)


def _below(session: Session, county: str, base: Pack, changed: set[str]) -> Iterator[Finding]:
    """Find what a change of the base breaks in a county that has files of its own."""
    own = files.own_files(session, county)
    if not any(path.startswith((*inherited.BOUND, DIAGRAMS)) for path in own):
        return
    pack = pack_of(county, own, base)
    visible = pack.all_files
    users = users_of(visible, changed) | {path for path in changed if path in visible}
    for one in findings_of(pack, {path: visible[path] for path in users if path in visible}):
        if one.level == "error":
            name = session.get_one(County, county).name
            yield Finding(one.element, one.rule, "error", f"在{name}不再成立：{one.message}")


def users_of(visible: Mapping[str, bytes], changed: Collection[str]) -> set[str]:
    """Return the diagrams among files that name a changed file or flow."""
    keys = {key_of(path) for path in changed if path.startswith(DIAGRAMS)}
    texts = {path for path in changed if not path.startswith(DIAGRAMS)}
    diagrams = {path for path in visible if path.startswith(DIAGRAMS)}
    if any(path in WIDE for path in texts):
        return diagrams
    return {path for path in diagrams if _names(visible[path], keys, texts)}


def _names(body: bytes, keys: set[str], texts: set[str]) -> bool:
    named = _named(body)
    if named is None:
        return False
    said = {path for path in texts if path.startswith(("notices/", "letters/"))}
    return bool(named.calls & keys or named.files & texts) or any(
        path.rpartition("/")[2].partition(".")[0].encode() in body for path in said
    )


def _named(body: bytes) -> References | None:
    try:
        return named_in(body)
    except (SmallworksError, ValueError, LookupError):
        return None  # its own finding says what is wrong with it


def _circles(visible: Mapping[str, bytes]) -> Iterator[Finding]:
    bodies = {key_of(path): body for path, body in visible.items() if path.startswith(DIAGRAMS)}
    try:
        list(inherited.in_order({key: one for key, one in bodies.items() if _named(one)}))
    except inherited.CircularCallsError as error:
        yield Finding("", "calls", "error", error.text)


def _meanwhile(
    session: Session, proposal: Proposal, looked_at: Collection[str]
) -> Iterator[Finding]:
    """Find the files that somebody else published since they were first edited here."""
    held = files.digests(session, proposal.county_code)
    for path, row in rows_of(session, proposal).items():
        now = held.get(path, (None, None))[0]
        if path in looked_at and now not in (row.base_sha256, row.sha256):
            told = "这个文件在您开始修改之后已有别的内容发布生效，请比对并入后点“已并入”。"
            yield Finding(path, "changed_meanwhile", "error", told)


def _base_since(
    session: Session, proposal: Proposal, looked_at: Collection[str]
) -> Iterator[Finding]:
    """Find the files of an upgrade that the base changed again after they were merged."""
    if proposal.origin is not Origin.UPGRADE:
        return
    merged = {path for path, one in drafts_of(session, proposal).items() if one.merged}
    for one in upgrades_for(session, proposal.county_code, proposal):
        if one.path in merged & set(looked_at):
            told = "并入之后，基础包的这个文件又有改动，请点“重新比对”；已经选好的都会保留。"
            yield Finding(one.path, "base_changed_since", "error", told)
