"""Log lines without personal data."""

import logging
import re

PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")
IDENTITY = re.compile(r"(?<!\d)(\d{4})\d{10,13}([\dXx])(?![\dXx])")


def mask(text: str) -> str:
    """`text` with the middle of every mobile number and identity number replaced by stars."""
    return PHONE.sub(r"\1****\2", IDENTITY.sub(r"\1**********\2", text))


class Masked(logging.Formatter):
    """The last gate: whatever a library or a database puts into a message or a traceback is masked here."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record))
