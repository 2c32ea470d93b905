"""What is hashed is spelled one way, on every machine and for ever."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jishiban.kernel.ledger import sealing

NOON = datetime(2026, 3, 2, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_the_formats_of_today_are_the_formats_for_ever() -> None:
    commitment = sealing.commit(bytes(16), '{"事项":"食品经营"}'.encode())
    leaf = sealing.leaf_hash("reveal", sealing.stamp(NOON), commitment)
    assert commitment.hex() == "b2863de681b9321e9d4a25922e45c5cb5252615bb1f59db609f81c04dfc72908"
    assert leaf.hex() == "a715b91bb747d627116359a097468685940e8b617b832d924a288b68b654ff19"
    assert (
        sealing.next_seal(bytes(32), sealing.FIRST_SEAL, 7, leaf).hex()
        == "2df526fca46ce07044bdf66d7f224047013a93a106048bf73f55899a3c79a090"
    )
    assert (
        sealing.head_mac(bytes(32), 1, leaf, leaf, sealing.stamp(NOON)).hex()
        == "f17bfaca5fe1f027c0d01ec3e454f21ba2b12d70ec4ec4eacdf9a16341bed0f7"
    )


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_canonical_text_reads_back_as_the_same_value_whatever_the_order_of_its_keys(
    value: dict[str, Any],
) -> None:
    text = sealing.canonical(value)
    assert json.loads(text) == value
    assert sealing.canonical(dict(reversed(list(value.items())))) == text


def test_canonical_text_has_no_spaces_and_keeps_chinese() -> None:
    assert sealing.canonical({"b": [1, None], "a": "济时"}) == '{"a":"济时","b":[1,null]}'.encode()


@pytest.mark.parametrize("value", [{"fee": 1.5}, {"list": [{"x": float("nan")}]}, {1: "a"}, {"a": {2: 3}}])
def test_what_has_more_than_one_spelling_is_refused(value: dict[Any, Any]) -> None:
    with pytest.raises(TypeError):
        sealing.canonical(value)


def test_a_moment_is_written_in_utc_to_the_microsecond() -> None:
    assert sealing.stamp(NOON) == "2026-03-02T04:00:00.000005Z"


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)))
def test_a_stamp_reads_back_as_the_same_moment(at: datetime) -> None:
    assert sealing.moment(sealing.stamp(at)) == at


@pytest.mark.parametrize("text", ["2026-3-2T04:00:00.000000Z", "2026-03-02T04:00:00.5Z", "2026-03-02", ""])
def test_a_moment_spelled_otherwise_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        sealing.moment(text)


def test_a_time_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        sealing.stamp(datetime(2026, 3, 2))


@pytest.mark.parametrize("kind", ["", "x" * 41, "reveal\n2026", "a\tb"])
def test_a_kind_that_could_forge_a_field_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="cannot name"):
        sealing.check_kind(kind)


def test_the_seal_depends_on_key_place_and_what_came_before() -> None:
    leaf = bytes(32)
    seals = {
        sealing.next_seal(key, previous, index, leaf)
        for key in (bytes(32), b"k" * 32)
        for previous in (sealing.FIRST_SEAL, b"p" * 32)
        for index in (0, 1)
    }
    assert len(seals) == 8
