"""Loading the demonstration: once, whole or not at all, and in chunks as far as it came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from jishiban.config import demo
from jishiban.hall.applications.demo import load
from jishiban.hall.matters.models import Matter
from jishiban.hall.matters.seed import load_catalogue
from jishiban.kernel.cases import queries
from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory import demo as district
from jishiban.kernel.directory.models import Staff
from jishiban.kernel.ledger.models import Leaf
from jishiban.kernel.ledger.verify import verify

pytestmark = pytest.mark.django_db
TINY = load.Scale(days=40, a_day=4, persons=80, enterprises=60)
NOW = timezone.make_aware(datetime(2026, 7, 15, 10, 30))


def test_a_second_load_does_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(load.SCALES, "small", replace(TINY, days=30, a_day=1))
    demo.load()
    cases = Case.objects.count()
    demo.load()
    assert Case.objects.count() == cases > 0
    assert "没有再装入" in capsys.readouterr().err


def test_a_load_that_is_stopped_leaves_the_database_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "past", stop)
    with pytest.raises(KeyboardInterrupt):
        demo.load()
    assert not Staff.objects.exists()
    assert not Matter.objects.exists()
    assert not Leaf.objects.exists()


def test_a_load_in_chunks_that_is_stopped_leaves_whole_days() -> None:
    district.build(timezone.localdate(NOW))
    load_catalogue(now=NOW - timedelta(days=43))

    def stop(share: float, _cases: int) -> None:
        if share > 0.7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load.past(replace(TINY, chunk=30), NOW, stop)
    assert Case.objects.filter(is_open=True).exists()
    assert not verify().faults
    assert not queries.orphans().exists()
