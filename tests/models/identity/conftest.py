"""People, an authority they trust, and a browser that asks."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from models.clock import system_now
from models.identity import authorities, key_proofs, keys
from models.identity.account import Account, Grant
from models.identity.county import County
from models.identity.key_challenges import Asker, Purpose
from models.identity.key_proofs import Proof, Way
from models.identity.key_tables import CaToken
from models.identity.party import Party
from models.ids import new_id
from tests.pki import Authority, Holder

ORIGIN = "https://xegc.example.gov.cn"
PARTY, CODE = "青石镇人民政府", "11511700MB1234567X"

Ask = Callable[..., tuple[dict, Asker]]


@pytest.fixture
def places(session: Session) -> None:
    session.add_all(
        County(code=code, name=name) for code, name in (("dazhou", "达州"), ("huairou", "怀柔"))
    )
    session.flush()


@pytest.fixture
def account(session: Session, places: None) -> Callable[..., Account]:
    """Make an account: ``account("韩知远")``."""

    def make(name: str = "韩知远", *counties: str, party: Party | None = None) -> Account:
        made = Account(
            id=new_id(),
            username=new_id(),
            name=name,
            fs_uniquifier=new_id(),
            created_at=system_now(),
            party=party,
        )
        made.grants = [Grant(role="owner", county_code=one) for one in counties or ("dazhou",)]
        session.add(made)
        session.flush()
        return made

    return make


@pytest.fixture
def town(session: Session, places: None) -> Party:
    made = Party(name=PARTY, credit_code=CODE, county_code="dazhou", created_at=system_now())
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def authority(session: Session, places: None) -> Authority:
    """An authority that Dazhou trusts, with a list of the revoked that names nobody."""
    made = Authority()
    row = authorities.register(session, "测试证书中心", "dazhou", made.pem)
    authorities.load_crl(session, row, made.crl())
    session.flush()
    return made


@pytest.fixture
def ask(session: Session) -> Ask:
    """Ask for a challenge: ``begun, asker = ask(Purpose.BIND, account)``."""

    def begin(purpose: Purpose, account: Account | None = None, **more: str) -> tuple[dict, Asker]:
        who = account.id if account else None
        given = {"origin": ORIGIN, "tie": "this browser", **more}
        asker = Asker(purpose=purpose, account_id=who, **given)
        return key_proofs.begin(session, asker), asker

    return begin


def signed(begun: dict, holder: Holder) -> Proof:
    answer = holder.sign(begun["statement"])
    return Proof(challenge_id=begun["challenge"], way=Way.SIGNATURE, answer=answer)


@pytest.fixture
def bind(session: Session, ask: Ask) -> Callable[[Account, Holder], CaToken]:
    def act(account: Account, holder: Holder) -> CaToken:
        begun, asker = ask(Purpose.BIND, account)
        return keys.bind(session, account, signed(begun, holder), asker, "办公室的证书")

    return act


@pytest.fixture
def enter(session: Session, ask: Ask) -> Callable[[Holder], CaToken]:
    """Sign in by a certificate; a refusal is raised."""

    def act(holder: Holder) -> CaToken:
        begun, asker = ask(Purpose.SIGN_IN)
        entered = keys.enter(session, signed(begun, holder), asker, "203.0.113.7")
        if entered.refused:
            raise entered.refused
        return entered.token

    return act
