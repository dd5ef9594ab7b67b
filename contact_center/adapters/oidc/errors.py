"""Why somebody cannot be logged in through the directory; each is a short code for the log."""


class LogInError(Exception):
    """A log-in that fails. `code` is for the log and the page; the words never hold a token."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


class DirectoryAwayError(LogInError):
    """The provider cannot be asked, or answers what makes no sense."""

    def __init__(self, words: str) -> None:
        super().__init__("away", words)
