"""What the tests of the desk share: somebody signed in, and taking a step the way the page does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jishiban.kernel.cases.models import Case
from jishiban.kernel.directory.tests.cast import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(cast: Cast, name: str) -> Client:
    """A browser in which one of the cast has signed in."""
    client = Client()
    client.force_login(cast[name], backend=BACKEND)
    return client


def keeper(cast: Cast, case: Case) -> Client:
    """Whoever owns the case, signed in."""
    return signed_in(cast, next(name for name, one in cast.people.items() if one.pk == case.owner_id))


def url_of(case: Case, step: str = "") -> str:
    return f"/desk/cases/{case.number}/" + (f"{step.replace('_', '-')}/" if step else "")


def post(client: Client, case: Case, step: str, **fields: Any) -> Any:
    """Post a step's form as its page would: with the number of the last event seen."""
    case.refresh_from_db()
    return client.post(url_of(case, step), {"seen": case.seq, **fields})


def took(client: Client, case: Case, step: str, **fields: Any) -> Case:
    """The same, and it was taken: the answer leads back to the case."""
    answer = post(client, case, step, **fields)
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    return case


class Clock:
    """Sets what time it is for everything that asks Django."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def at(self, *moment: int) -> datetime:
        """It is now this local time."""
        now = timezone.make_aware(datetime(*moment))  # type: ignore[arg-type]  # year, month, day and perhaps more
        self._patch.setattr(timezone, "now", lambda: now)
        return now
