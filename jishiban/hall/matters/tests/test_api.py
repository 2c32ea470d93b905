"""The door for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from jishiban.hall.matters import actions, api, seed
from jishiban.hall.matters.document import Document
from jishiban.hall.matters.models import GuideVersion, Matter
from jishiban.hall.matters.tests.conftest import at
from jishiban.kernel.directory.actor import Actor
from jishiban.kernel.directory.models import Unit
from jishiban.web.doors import door_of

pytestmark = pytest.mark.django_db


def asked(client: Client, address: str, status: int = 200) -> Any:
    response = client.get(f"/api/v1{address}")
    assert response.status_code == status, response.content
    return response.json()


def test_matters_come_in_pages_of_fifty(client: Client, bureau: Unit, django_assert_num_queries: Any) -> None:
    seed.load_catalogue()
    with django_assert_num_queries(2):
        first = asked(client, "/matters")
    assert (first["count"], first["page"], first["pages"], len(first["items"])) == (266, 1, 6, 50)
    assert len(asked(client, "/matters?page=6")["items"]) == 16
    assert asked(client, "/matters?page=99")["page"] == 6


def test_matters_are_narrowed_by_word_type_and_unit(client: Client, bureau: Unit, market: Unit) -> None:
    seed.load_catalogue()
    assert asked(client, "/matters?type=05")["count"] == 7
    assert [m["name"] for m in asked(client, "/matters?q=异地 备案")["items"]] == ["异地就医备案"]
    assert (
        asked(client, f"/matters?unit={market.pk}")["count"] == Matter.objects.filter(unit=market).count() > 0
    )


def test_a_matter_tells_its_limits_with_their_units(client: Client, food: Matter) -> None:
    told = asked(client, f"/matters/{food.pk}")
    assert told["promise"] == {"amount": 5, "unit": "工作日", "basis": ""}
    assert told["statutory"]["amount"] == 10
    assert (told["type"], told["type_name"], told["full_guide"]) == ("01", "行政许可", True)


def test_a_guide_is_given_as_it_is_and_as_it_was(
    client: Client, food: Matter, food_guide: Document, editor: Actor
) -> None:
    food_guide["promise"] = {"amount": 3, "unit": "工作日"}
    actions.publish(food, food_guide, editor, "缩短", at(2026, 4, 1, 10))
    address = f"/matters/{food.pk}/guide"
    assert asked(client, address)["promise"]["amount"] == 3
    assert asked(client, f"{address}?version=1")["promise"]["amount"] == 5
    assert asked(client, f"{address}?on=2026-03-31")["version"] == 1
    assert asked(client, f"{address}?on=2026-04-01")["version"] == 2
    for missing in ("?on=2026-03-01", "?version=3"):
        assert asked(client, address + missing, 404)["detail"].startswith("没有这样的版本")


def test_a_guide_carries_its_proof(client: Client, food: Matter) -> None:
    version = GuideVersion.objects.get(matter=food)
    told = asked(client, f"/matters/{food.pk}/guide")
    assert (told["digest"], told["ledger_index"]) == (version.digest, version.leaf)
    assert [m["key"] for m in told["materials"]] == ["shenqingshu", "zhizhao", "jiance"]


def test_notes_of_editors_stay_in_the_house(client: Client, bureau: Unit) -> None:
    seed.load_catalogue()
    told = asked(client, f"/matters/{Matter.objects.get(local_code='5').pk}/guide")
    assert "check" not in told
    assert "confidence" not in told


@pytest.mark.parametrize(
    "query", ["?page=0", "?page=x", "?unit=x", "?type=toolong", "?unit=99999999999999999999"]
)
def test_a_wrong_parameter_is_the_callers_to_mend(client: Client, food: Matter, query: str) -> None:
    asked(client, f"/matters{query}", 422)


def test_every_guide_fits_the_schema(client: Client, bureau: Unit) -> None:
    seed.load_catalogue()
    for pk in Matter.objects.values_list("pk", flat=True):
        asked(client, f"/matters/{pk}/guide")


def test_every_operation_and_field_is_described(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    for path in ("/api/v1/matters", "/api/v1/matters/{id}", "/api/v1/matters/{id}/guide"):
        operation = schema["paths"][path]["get"]
        assert operation["summary"]
        assert operation["description"]
    for name in ("MatterOut", "GuideOut", "Material", "Limit"):
        assert all(
            part.get("description") for part in schema["components"]["schemas"][name]["properties"].values()
        )


def test_every_operation_says_who_may_come_in() -> None:
    for function in (api.matters, api.matter, api.guide):
        assert str(door_of(function)) == "public"
