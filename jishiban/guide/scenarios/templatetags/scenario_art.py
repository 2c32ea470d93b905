"""`{% load scenario_art %}`: the room's drawings in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from jishiban.guide.scenarios import drawings

register = template.Library()


@register.simple_tag
def sign(name: str) -> SafeString:
    """The sign of a scenario, hidden from screen readers since the title stands beside it."""
    return drawings.sign(name)
