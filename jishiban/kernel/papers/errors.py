"""What the room refuses; every message is for the person at the page."""


class Refused(Exception):
    """A file or a paper that cannot be taken as it is. `code` is for programs, the text for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
