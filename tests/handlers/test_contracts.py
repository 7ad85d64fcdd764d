"""Contract's operators by themselves: repeated steps, files and answers out of turn."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from handlers import completions, contracts
from handlers.context import OperatorContext
from models.completion import Completion
from models.contract import Contract
from models.contract_errors import (
    AlreadyAcceptedError,
    NoContractError,
    NoRoundError,
    NotStartedError,
    NoWinnerError,
    OtherProjectContractError,
    ReasonsTooShortError,
)
from models.session import reading, unit_of_work
from processes.demo.projects import FROZEN
from tests.city import City, city, county
from tests.flows.afterwards import AWARDED, awarded, contracted

__all__ = ["city", "county"]


def owners_world(city: City, session, story, step: str = "step1") -> OperatorContext:
    world = city.world(session, story, AWARDED)
    actor = city.player.actor(session, "dz.owner")
    return replace(world, actor=actor, case=replace(world.case, task_id=step))


def params(form) -> contracts.SubmitParams:
    return contracts.SubmitParams(
        number=form["contract_number"],
        project_number=form["printed_number"],
        contract_price=form["contract_price"],
        signed_on=form["signed_on"],
        starts_on=form["starts_on"],
        duration_days=form["contract_days"],
        document=form["signed_contract"],
    )


def test_a_step_that_is_tried_again_writes_one_round(city: City) -> None:
    story = awarded(city)
    with city.player.at(AWARDED):
        form = story.contract_form(AWARDED.date())
    for _ in range(2):
        with unit_of_work() as session:
            number = contracts.submit(params(form), owners_world(city, session, story))
    with reading() as session:
        assert (number, session.scalar(select(func.count()).select_from(Contract))) == (1, 1)


def test_one_file_is_the_contract_of_one_project(city: City) -> None:
    story, other = awarded(city), city.story(FROZEN)
    other.start(AWARDED)
    other.fill(AWARDED)
    with city.player.at(AWARDED):
        form = story.contract_form(AWARDED.date())
    with unit_of_work() as session:
        contracts.submit(params(form), owners_world(city, session, story))
        row = session.scalars(select(Contract)).one()
        row.project_id = other.project
    with reading() as session, pytest.raises(OtherProjectContractError) as refused:
        contracts.submit(params(form), owners_world(city, session, story, "step2"))
    assert list(refused.value.fields) == ["signed_contract"]


def test_a_contract_needs_a_file_and_a_winner(city: City) -> None:
    story, other = awarded(city), city.story(FROZEN)
    other.start(AWARDED)
    other.fill(AWARDED)
    with city.player.at(AWARDED):
        form = story.contract_form(AWARDED.date())
    with reading() as session:
        with pytest.raises(contracts.ContractFileMissingError):
            contracts.submit(
                params({**form, "signed_contract": []}), owners_world(city, session, story)
            )
        with pytest.raises(NoWinnerError):
            contracts.begin(contracts.BeginParams(), owners_world(city, session, other))


def test_answers_out_of_turn_are_refused(city: City) -> None:
    story = awarded(city)
    with reading() as session:
        world = owners_world(city, session, story)
        with pytest.raises(NoRoundError):
            contracts.confirm(contracts.ConfirmParams(), world)
        with pytest.raises(ReasonsTooShortError):
            contracts.send_back(contracts.ReasonParams(reasons="不对"), world)
        with pytest.raises(NoContractError):
            completions.start(completions.StartParams(started_on="2026-11-17"), world)


def acceptance() -> completions.AcceptParams:
    return completions.AcceptParams(
        completed_on="2026-11-17", accepted_on="2026-11-17", audited_settlement=18_000_000
    )


def test_works_are_accepted_after_their_start_and_once(city: City) -> None:
    story = contracted(city)
    with unit_of_work() as session:
        world = owners_world(city, session, story)
        with pytest.raises(NotStartedError):
            completions.accept(acceptance(), world)
        for _ in range(2):
            completions.start(completions.StartParams(started_on="2026-11-17"), world)
        completions.accept(acceptance(), world)
        with pytest.raises(AlreadyAcceptedError):
            completions.accept(acceptance(), world)
        assert session.scalar(select(func.count()).select_from(Completion)) == 1
