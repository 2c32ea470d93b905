"""A process of its own that edits a guide or answers from it, told by JSON lines on its standard input."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from jishiban.config import env


def main() -> None:
    """Answer each line with one line, until there are no more."""
    env.load()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jishiban.config.settings")
    import django

    django.setup()
    for line in sys.stdin:
        name, *words = json.loads(line)
        print(json.dumps(DO[name](*words), ensure_ascii=True), flush=True)


def make() -> None:
    """The tables, one unit and one matter with its guide."""
    from jishiban.config.prepare import migrate
    from jishiban.hall.matters.tests.conftest import make_matter
    from jishiban.kernel.directory.tests.cast import make_unit

    migrate()
    make_matter(make_unit("市场准入科", "市场准入"))
    edit(5)


def edit(days: int) -> None:
    """The guide with another promise."""
    from django.db import transaction
    from django.utils import timezone

    from jishiban.hall.matters import actions
    from jishiban.hall.matters.models import Matter
    from jishiban.hall.matters.tests.conftest import FOOD
    from jishiban.kernel.directory.actor import SYSTEM

    guide = FOOD | {"promise": {"amount": days, "unit": "工作日"}}
    with transaction.atomic():
        publication = actions.Publication(Matter.objects.get(), guide, True, f"改为{days}天")
        actions.publish_many([publication], SYSTEM, timezone.now())


def ask(question: str) -> str:
    """The first answer."""
    from jishiban.guide.conversations import actions

    asked = actions.ask(question, actions.begin("api"))
    return asked.entries[asked.turn.hits[0]["key"]].answer


DO: dict[str, Any] = {"make": make, "edit": edit, "ask": ask}

if __name__ == "__main__":
    main()
