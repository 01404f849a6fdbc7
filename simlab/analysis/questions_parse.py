"""From the text of a question to its tree, with errors that say what was expected where."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from simlab.analysis.questions_tokens import COMPARISONS, END, QuestionError, Token, tokens_of
from simlab.analysis.questions_tree import FAILED, Comparison, Dated, Ended, Joined, Not, Tree, Worded
from simlab.analysis.questions_values import number_of, time_days_of

STATE = "state"
A_NUMBER = "a number is needed here, like 0.5, 1e28 or 5%"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a study can be asked about."""

    start: date
    end: date
    milestones: Sequence[str]
    numbers: Sequence[str]
    words: Mapping[str, Sequence[str]]
    """Column to the words in it."""
    states: Sequence[str]
    """What became of its runs."""

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that a comparison can begin with."""
        return (*self.milestones, *self.numbers, *self.words, STATE)


def parse(text: str, known: Vocabulary) -> Tree:
    """The tree of a question.

    Raises:
        QuestionError: it cannot be read, or asks about what is not known.
    """
    reader = _Reader(text, known)
    tree = reader.either()
    if reader.token.kind != END:
        raise reader.error(reader.token, _not_the_end(reader.token))
    return tree


def _not_the_end(token: Token) -> str:
    if token.kind in {"name", "number", "date"}:
        return "'and' or 'or' is needed between two comparisons"
    if token.text in COMPARISONS:
        return "a comparison has one sign; join two by and: x > 1 and x < 3"
    return "the question should end here, or go on with and, or"


def meant(word: str, known: Iterable[str]) -> str:
    """What is known under a similar name, as the end of a sentence."""
    names = list(dict.fromkeys(known))
    beginning = [name for name in names if name.startswith(word)] if len(word) > 2 else []
    near = beginning or get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"; did you mean {' or '.join(near[:4])}?" if near else ""


class _Reader:
    """Reads a question from left to right; `token` is the next word."""

    def __init__(self, text: str, known: Vocabulary) -> None:
        self._text, self._known = text, known
        self._tokens = iter(tokens_of(text))
        self.token = next(self._tokens)
        if self.token.kind == END:
            raise self.error(self.token, f"a question is needed, like {self._example()}")

    def error(self, token: Token, what: str) -> QuestionError:
        return QuestionError(self._text, token.place, len(token.text), what)

    def either(self) -> Tree:
        return self._joined("or", self._both)

    def _both(self) -> Tree:
        return self._joined("and", self._one)

    def _joined(self, by: str, read: Callable[[], Tree]) -> Tree:
        parts = [read()]
        while self.token.kind == by:
            self._take()
            parts.append(read())
        return parts[0] if len(parts) == 1 else Joined(by, tuple(parts))

    def _one(self) -> Tree:
        if self.token.kind == "not":
            self._take()
            return Not(self._one())
        return self._bracketed() if self.token.text == "(" else self._comparison()

    def _bracketed(self) -> Tree:
        opening = self._take()
        inside = self.either()
        if self.token.text != ")":
            raise self.error(opening, "this bracket is never closed")
        self._take()
        return inside

    def _comparison(self) -> Tree:
        token = self._take()
        if token.kind in {"number", "date"}:
            raise self.error(token, "the outcome comes first, then the sign, then the value: month > 2031-01-01")
        if token.kind != "name":
            said = f"an outcome is needed here, like {self._known.names[0]}"
            raise self.error(token, said)
        return self._of(token)

    def _of(self, token: Token) -> Tree:
        name, known = token.text, self._known
        if name == STATE:
            return self._state()
        if name in known.words:
            return self._word(name)
        if name in known.milestones:
            return self._milestone(name)
        if name in known.numbers:
            return self._number(name)
        raise self.error(token, f"there is no outcome {name!r}{meant(name, known.names)}")

    def _state(self) -> Tree:
        known = tuple(dict.fromkeys((FAILED, "ok", *self._known.states)))
        return Ended(self._is(STATE, known))

    def _word(self, name: str) -> Tree:
        return Worded(name, self._is(name, self._known.words[name]))

    def _is(self, name: str, known: Sequence[str]) -> str:
        if self.token.kind != "is" and self.token.text != "=":
            raise self.error(self.token, f"{name} is a word, so 'is' is needed here: {name} is {known[0]}")
        self._take()
        word = self._take()
        if word.text not in known:
            said = (
                f"{name} is never {word.text!r} here" if word.kind != END else f"a word is needed here, like {known[0]}"
            )
            raise self.error(word, f"{said}{meant(word.text, known) or f'; it is {_listed(known)}'}")
        return word.text

    def _milestone(self, name: str) -> Tree:
        sign = self._take()
        if sign.kind == "never":
            return Dated(name, "never", 0.0)
        if sign.kind != "by" and sign.text not in COMPARISONS:
            raise self.error(sign, f"{name} is a milestone, so one of < <= > >=, 'by' or 'never' is needed here")
        if sign.text == "=":
            raise self.error(sign, "a milestone comes at no round hour; ask for < <= > >= or by")
        days = self._day(name)
        return Dated(name, "<=" if sign.kind == "by" else sign.text, days)

    def _day(self, name: str) -> float:
        token = self._take()
        if token.kind not in {"date", "number"}:
            raise self.error(token, f"a date is needed here, like {self._known.end.year}-01-01")
        try:
            return time_days_of(token.text, self._known.start, self._known.end)
        except ValueError as error:
            is_year = token.text.isdecimal() and len(token.text) == 4
            more = "" if token.kind == "date" or is_year else f"; days since the start are {name}_days"
            raise self.error(token, f"{error}{more}") from None

    def _number(self, name: str) -> Tree:
        sign, milestone = self._sign(name), name.removesuffix("_days")
        token = self._take()
        if token.kind == "name":
            raise self.error(token, f"{A_NUMBER}; outcomes are not compared with one another")
        if token.kind != "number":
            raise self.error(token, A_NUMBER)
        is_share = token.text.endswith("%")
        if is_share and not name.endswith("_fraction"):
            raise self.error(token, f"{name} is no share, so it has no percent")
        number = number_of(token.text)
        if milestone not in self._known.milestones:
            return Comparison(name, sign.text, number, is_share)
        return self._days(milestone, sign, token, number)

    def _sign(self, name: str) -> Token:
        sign = self._take()
        if sign.kind in {"never", "by"}:
            raise self.error(sign, f"{name} is a number and no milestone; only milestones come {sign.kind}")
        if sign.text not in COMPARISONS:
            raise self.error(sign, f"{name} is a number, so one of < <= > >= = is needed here")
        return sign

    def _days(self, milestone: str, sign: Token, token: Token, days: float) -> Tree:
        """A milestone in days since the start."""
        last = (self._known.end - self._known.start).days
        if sign.text == "=":
            raise self.error(sign, "a milestone comes at no round hour; ask for < <= > >=")
        if not 0.0 <= days <= last:
            raise self.error(token, f"the study knows days 0 to {last}; what comes later is '{milestone} never'")
        return Dated(milestone, sign.text, days)

    def _take(self) -> Token:
        token, self.token = self.token, next(self._tokens, self.token)
        return token

    def _example(self) -> str:
        known = self._known
        return f"{known.milestones[0]} > {known.end.year}-01-01" if known.milestones else f"{known.numbers[0]} > 1"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)
