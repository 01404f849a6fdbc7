"""Many runs at a time: a function over a list of questions, in as many processes as there are cores."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
Say = Callable[[int], None]
"""Told how many answers there are."""


def answers(ask: Callable[[Q], A], questions: Sequence[Q], n_processes: int = 0, say: Say = lambda n: None) -> list[A]:
    """`ask` of each question, in the order of the questions. 0 processes means one a core; 1 means this process.

    `ask` is a function of a module and its questions can be pickled, because new processes start from nothing.
    """
    n = min(n_processes or os.cpu_count() or 1, len(questions))
    if n <= 1:
        return _counted(map(ask, questions), say)
    with ProcessPoolExecutor(n, mp_context=get_context("spawn")) as crew:
        return _counted(crew.map(ask, questions), say)


def _counted(found: Iterable[A], say: Say) -> list[A]:
    every: list[A] = []
    for answer in found:
        every.append(answer)
        say(len(every))
    return every
