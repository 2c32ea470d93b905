"""Why a step was not taken. Nothing was written when one of these is raised."""

from __future__ import annotations

from collections.abc import Mapping


class CaseError(Exception):
    """The base of all refusals; `message` is for the person who asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StepRefused(CaseError):
    """The table or a guard forbids the step now: wrong state, too late, once only."""


class NotAllowed(CaseError):
    """This actor may not take this step on this case."""


class FactsMissing(CaseError):
    """A required fact is absent or of the wrong kind; `fields` maps each to what to do."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("；".join(fields.values()))
        self.fields = dict(fields)
