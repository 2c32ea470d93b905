"""What matters tell the rest of the house. `config/wiring.py` says who listens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MattersMoved:
    """Guides were published, or matters came into the hall, left it, or changed hands.

    Told once for all of them, inside the transaction of the change, after the ledger has it.
    """

    matter_ids: tuple[int, ...]
    at: datetime
