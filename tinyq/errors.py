"""The one error that a user can cause and mend."""


class TinyqError(Exception):
    """Something the user can mend.

    Args:
        message: what was found, where, and what is accepted.
        hint: what to do next; one sentence or a few lines.

    `str(error)` is the whole text that the command line prints.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  hint: {self.hint}" if self.hint else self.message
