"""All that can be seen and all that is kept of one run, taken once and looked at by many tests."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import select

from models.document import Document
from models.identity.account import Account
from models.identity.party import Party
from models.ledger.tables import Checkpoint
from models.letter import Letter
from models.selection.auction_tables import Auction, Bid
from models.selection.filed_results import FiledResult
from models.selection.tables import Draw
from models.session import reading
from tests.leaks import traces
from tests.leaks.acts import NO_TICKET, act_all, asked_by_ticket, counters
from tests.leaks.visits import EVERYBODY, JOINER, NOBODY, visit_all
from tests.leaks.worlds import World, world_at

STAGES: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "announced": ((1, 2, 3), (1, 4, 5, 6, 7)),
    "due": ((1, 2, 3), (1, 4, 5)),
    "filed": ((1, 2, 3), (1, 4, 5)),
}
"""Who joins in the one run and in the other. Before the freeze the numbers differ too.

Contractor 01 joins in both: its own pages, too, must tell nothing of the others."""

LOOKING = {
    "filed": (
        NOBODY,
        "dz.owner",
        "dz.selector",
        "dz.centre",
        "dz.leader",
        "dz.housing",
        JOINER,
        "dz.contractor09",
        "keeper.system",
    )
}
"""Who looks at a stage, where not everybody does: once it is cancelled, those who had a part in it,
the regulator and two contractors; all others look at the same case before, at both other stages."""

CONTRACTORS = "dz.contractor"
"""How the accounts of those who may join begin."""


@dataclass(frozen=True)
class Snapshot:
    """One run up to a stage: every text by its name, and what the test itself knows."""

    texts: dict[str, str]
    disk: bytes
    receipts: list[dict[str, object]]
    commitments: list[str]
    companies: dict[int, list[str]]
    keys: list[bytes]
    by_ticket: list[str]

    @cached_property
    def encoded(self) -> dict[str, bytes]:
        """The texts as bytes, for searching."""
        return {name: text.encode("utf-8", "replace") for name, text in self.texts.items()}


def take(world: World, *, acting: bool = False, who: Sequence[str] = EVERYBODY) -> Snapshot:
    """Look at everything as these people; ``acting`` asks by changing requests, too."""
    texts = {
        f"page {name or 'nobody'} {address}": f"{status} {text}"
        for (name, address), (status, text) in visit_all(world, who).items()
    }
    texts |= {f"table {name}": "\n".join(lines) for name, lines in traces.rows(world).items()}
    texts |= {f"file {name}": data.decode("latin-1") for name, data in traces.files(world).items()}
    texts |= {f"backup {name}": text for name, text in traces.backup(world).items()}
    own_ticket = first_ticket(world)
    disk, commitments_ = traces.raw(world), commitments(own_ticket)
    by_ticket = [asked_by_ticket(world, one) for one in (own_ticket, NO_TICKET)]
    texts["metrics"] = counters(world)
    if acting:
        texts |= {f"act {name}": text for name, text in act_all(world)}
    texts["log"] = "\n".join(world.log)
    return Snapshot(
        texts=texts,
        disk=disk,
        receipts=world.receipts,
        commitments=commitments_,
        companies=dict(companies()),
        keys=list(traces.secret_keys(world)),
        by_ticket=by_ticket,
    )


def first_ticket(world: World) -> str:
    return str(world.receipts[0]["ticket"])


def commitments(own_ticket: str) -> list[str]:
    """Return what binds the list or the log and is public for that reason, stored and printed."""
    with reading() as session:
        draws = session.scalars(select(Draw)).all()
        checkpoints = session.scalars(select(Checkpoint.text)).all()
        filed = session.scalars(select(FiledResult)).all()
        stamped = session.scalars(
            select(Document).where(Document.id.in_(select(Letter.document_id)))
        )
        letters = [
            value for one in stamped for value in (one.sha256, f"{one.size},", f'{one.size}"')
        ]
    listed = [value for draw in draws for one in draw.frozen or [] for value in one.values()]
    roots = [value for draw in draws if draw.root for value in printed(draw.root)]
    logged = [value for text in checkpoints for value in log_roots(text)]
    filed_ = [value for row in filed for value in (row.proof_hash, row.sealed.hex())]
    bound = [*roots, *listed, *logged, *filed_, *letters, *of_biddings(own_ticket)]
    return sorted(filter(None, bound), key=len, reverse=True)


def of_biddings(own_ticket: str) -> Iterator[str]:
    """Yield what binds a bidding: its floor, its lists, and the bids of the one who looks."""
    with reading() as session:
        auctions = session.scalars(select(Auction)).all()
        own = session.scalars(select(Bid.commit).where(Bid.ticket == own_ticket)).all()
    bound = [one for row in auctions for one in (row.floor_commit, row.joiner_root)]
    bound += [*(row.envelope_root for row in auctions), *own]
    for value in filter(None, bound):
        yield from printed(value)
    for row in auctions:
        yield from (value for one in row.frozen or [] for value in one.values())
        yield str((row.floor_envelope or {}).get("ct", ""))


def log_roots(checkpoint: str) -> Iterator[str]:
    """Yield the log's roots of a checkpoint: by SHA-256 and SM3, in base64 and as printed."""
    lines = checkpoint.split("\n")
    for line in lines[2:4]:
        encoded = line.split(" ")[-1]
        yield encoded
        yield from printed(base64.b64decode(encoded).hex())


def printed(root: str) -> Iterator[str]:
    """Yield a root as pages print it: whole, shortened and in groups of eight."""
    groups = [root[at : at + 8] for at in range(0, len(root), 8)]
    yield from (root, " ".join(groups), f"{root[:8]}…{root[-4:]}", *groups)


def companies() -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each contractor with its own name, code and telephone."""
    with reading() as session:
        query = (
            select(Account.username, Party)
            .join(Party, Party.id == Account.party_id)
            .where(Account.username.startswith(CONTRACTORS))
        )
        for username, party in session.execute(query):
            yield int(username[-2:]), [party.name, party.credit_code, party.mobile]


Pair = tuple[Snapshot, Snapshot]


def taken_at(stage: str, county: Path, folder: Path) -> Pair:
    """Play both runs of a stage and look at everything."""
    found = []
    for number, joined in enumerate(STAGES[stage]):
        with world_at(county, folder / str(number), joined, stage=stage) as (world, _):
            who = LOOKING.get(stage, EVERYBODY)
            found.append(take(world, acting=stage == "announced", who=who))
    return found[0], found[1]


@pytest.fixture(scope="session")
def announced(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both runs while the list is open."""
    return taken_at("announced", county, tmp_path_factory.mktemp("announced"))


@pytest.fixture(scope="session")
def due(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both runs once the list is frozen and the selection is due."""
    return taken_at("due", county, tmp_path_factory.mktemp("due"))


@pytest.fixture(scope="session")
def filed(county: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both runs cancelled after the freeze, what would have been drawn filed with the regulator."""
    return taken_at("filed", county, tmp_path_factory.mktemp("filed"))
