"""Log lines without personal data."""

import logging

from jishiban.kernel.directory.masks import scrub


class Masked(logging.Formatter):
    """The last gate: whatever a library or a database puts into a message or a traceback is masked here."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))
