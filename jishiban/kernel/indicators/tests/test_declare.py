"""Declarations."""

import dataclasses

import pytest

from jishiban.kernel.indicators.declare import (
    Indicator,
    Ratio,
    declare,
    declared,
    indicator,
    indicators,
    named,
)

from .conftest import FEES


def test_the_first_figures_are_there_and_each_says_what_it_counts() -> None:
    names = {one.name for one in declared()}
    assert names >= {
        "promises_made", "promises_kept", "promises_broken", "promises_kept_rate", "cases_received",
        "cases_accepted", "cases_decided", "cases_closed", "cases_withdrawn", "second_notice_breach", "online_share",
    }  # fmt: skip
    assert all(str(one.label) and str(one.definition) and str(one.unit) for one in declared())


def test_declaring_the_same_again_changes_nothing(fees: Indicator) -> None:
    before = declared()
    declare(dataclasses.replace(fees))
    assert declared() == before


def test_a_name_means_one_thing(fees: Indicator) -> None:
    with pytest.raises(ValueError, match="twice"):
        declare(dataclasses.replace(fees, kinds=("another.kind",)))


def test_a_ratio_needs_both_its_parts() -> None:
    with pytest.raises(ValueError, match="no figure nothing"):
        declare(Ratio("r", "比", "甲比乙", "cases_closed", "nothing"))


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match="weather"):
        dataclasses.replace(FEES, dimensions=("day", "weather"))


def test_only_indicators_are_folded(fees: Indicator) -> None:
    assert fees in indicators()
    assert all(isinstance(one, Indicator) for one in indicators())
    with pytest.raises(TypeError):
        indicator("online_share")
    with pytest.raises(ValueError, match="nobody"):
        named("nobody")


def test_another_definition_is_another_roll_up() -> None:
    assert dataclasses.replace(FEES, label="费用", refresh="每日").key == FEES.key
    assert dataclasses.replace(FEES, channels=()).key != FEES.key
    assert dataclasses.replace(FEES, dimensions=("day", "unit")).key != FEES.key


def test_dims_and_channel_say_whether_a_fact_is_admitted() -> None:
    assert FEES.admits("1", {"method": "card"})
    assert not FEES.admits("2", {"method": "card"})
    assert not FEES.admits("1", {"method": "barter"})
    assert not FEES.admits("1", {})
