"""The words of a question, and an error that points at one of them."""

import re
from typing import NamedTuple

from simlab.errors import SimlabError

END = "end"
"""The kind of the token after the last."""

KEYWORDS = ("and", "or", "not", "is", "never", "by")
COMPARISONS = ("<", "<=", ">", ">=", "=")

_HABITS = {
    "==": "write = for equal",
    "!=": "write not (… = …)",
    "<>": "write not (… = …)",
    "&&": "write and",
    "&": "write and",
    "||": "write or",
    "|": "write or",
    "!": "write not",
    "=<": "write <=",
    "=>": "write >=",
}
"""What other languages write."""

_TOKENS = re.compile(
    r"""(?P<space>\s+)
    |(?P<date>\d{4}-\d{1,2}(-\d{1,2})?(?![\w-]))
    |(?P<number>[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[kMGTPE]?(\s*%)?(?![\w.]))
    |(?P<name>[^\W\d][\w-]*)
    |'(?P<quoted>[^']*)'
    |(?P<habit>==|!=|<>|&&?|\|\|?|!|=<|=>)
    |(?P<sign><=|>=|<|>|=|\(|\))""",
    re.VERBOSE,
)


class QuestionError(SimlabError):
    """A question that cannot be asked: the text, the place in it, and what was expected there."""

    def __init__(self, text: str, place: int, length: int, what: str) -> None:
        super().__init__(text, place, length, what)
        self.text, self.place, self.length, self.what = text, place, length, what

    def __str__(self) -> str:
        return f"{self.text}\n{' ' * self.place}{'^' * max(self.length, 1)}\n{self.what}"


class Token(NamedTuple):
    """A word of the question and where it stands."""

    kind: str
    """date, number, name, quoted, sign, a keyword, or END."""
    text: str
    place: int


def tokens_of(text: str) -> list[Token]:
    """The question's words, END last.

    Raises:
        QuestionError: a character that begins no word, or a sign of another language.
    """
    found, place = [], 0
    while place < len(text):
        match = _TOKENS.match(text, place)
        if match is None:
            raise QuestionError(text, place, 1, _strange(text[place:]))
        kind, word = match.lastgroup or "", match.group()
        if kind == "habit":
            raise QuestionError(text, place, len(word), _HABITS[word])
        if kind != "space":
            found.append(_token(kind, word, place))
        place = match.end()
    return [*found, Token(END, "", len(text.rstrip()))]


def _token(kind: str, word: str, place: int) -> Token:
    if kind == "name" and word.lower() in KEYWORDS:
        return Token(word.lower(), word, place)
    return Token(kind, word.strip("'") if kind == "quoted" else word, place)


def _strange(rest: str) -> str:
    if rest[0] in "'\"":
        return "a word in quotation marks is written 'like this'"
    if rest[0].isdigit() or rest[0] in "+-.":
        return "a number is needed here, like 0.5, 1e28 or 5%, or a date, like 2031-01-01"
    if rest[0] == ",":
        return "a number has no commas: 1000, 1e3 or 1k"
    return f"{rest[0]!r} means nothing here; a question is like month > 2031-01-01 and spending_fraction < 1%"
