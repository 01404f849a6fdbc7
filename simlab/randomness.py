"""Luck belongs to the cause: named streams of random numbers that no other actor can disturb.

A stream's address is (study seed, sample, replicate) and a dotted name; an entity's draws are one row of it. Rows come
in blocks, each seeded by its own number, so row 5,000 is the same whether or not rows 0 to 4,999 were ever looked at.
A policy, a worker process or another entity is never part of the address: two policies meet the same luck.
"""

import math
from array import array
from collections.abc import Callable
from hashlib import blake2b
from statistics import NormalDist

import numpy as np

Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
"""(generator, shape) -> array of that shape."""


def normals(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Standard normal draws."""
    return rng.standard_normal(shape)


def uniforms(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Draws from the open-closed unit interval (0, 1]; zero is left out so that a logarithm is always finite."""
    return 1.0 - rng.random(shape)


def exponentials(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Standard exponential draws (mean 1)."""
    return rng.standard_exponential(shape)


def gammas(cv: float) -> Draw:
    """Gamma draws of mean 1 and coefficient of variation `cv`; cv 1 is exponential, cv 0 is the constant 1."""
    if cv == 0.0:
        return lambda rng, shape: np.ones(shape)
    k = 1.0 / cv**2
    return lambda rng, shape: rng.standard_gamma(k, shape) / k


def columns(*parts: tuple[Draw, int]) -> Draw:
    """Rows whose first columns come from the first part, and so on: ((draw, width), ...)."""

    def draw(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
        return np.concatenate([part(rng, (shape[0], width)) for part, width in parts], axis=1)

    return draw


class _Blocks(dict[int, "array[float]"]):
    """Blocks of rows by number, row after row in a flat array; each is drawn when it is first asked for."""

    __slots__ = ("_draw", "_shape", "_words")

    def __init__(self, entropy: tuple[int, ...], draw: Draw, shape: tuple[int, int]) -> None:
        super().__init__()
        self._words, self._draw, self._shape = [word for n in entropy for word in _words(n)], draw, shape

    def __missing__(self, number: int) -> "array[float]":
        seed = np.random.SeedSequence(np.array(self._words + _words(number), np.uint32))
        block = self[number] = array("d")
        block.frombytes(self._draw(np.random.Generator(np.random.PCG64(seed)), self._shape).data.cast("B"))
        return block


def _words(n: int) -> list[int]:
    """A count in words of 32 bits, the least first, as a seed sequence would split it, but faster."""
    return [n] if n < 2**32 else [n % 2**32, *_words(n // 2**32)]


class Rows:
    """Rows of draws, one an entity: `rows[i]` is always the same list of `width` floats.

    Who needs a few of many draws reads `one`, or has the row `packed`, which makes a float only when it is read.
    """

    __slots__ = ("_blocks", "_n_rows", "_width")

    def __init__(self, entropy: tuple[int, ...], draw: Draw, width: int, n_rows: int) -> None:
        self._width, self._n_rows = width, n_rows
        self._blocks = _Blocks(entropy, draw, (n_rows, width))

    def __getitem__(self, row: int) -> list[float]:
        return self.packed(row).tolist()

    def packed(self, row: int) -> "array[float]":
        """The draws of a row."""
        number, offset = divmod(row, self._n_rows)
        begin = offset * self._width
        return self._blocks[number][begin : begin + self._width]

    def one(self, row: int, column: int) -> float:
        """A single draw: rows[row][column]."""
        number, offset = divmod(row, self._n_rows)
        return self._blocks[number][offset * self._width + column]

    def firsts(self, begin: int, end: int) -> list[float]:
        """The first draw of each of the rows `begin` to `end` - 1: rows[i][0], in bulk."""
        found: list[float] = []
        while begin < end:
            number, offset = divmod(begin, self._n_rows)
            stop = min(offset + end - begin, self._n_rows)
            found.extend(self._blocks[number][offset * self._width : stop * self._width : self._width].tolist())
            begin += stop - offset
        return found


class Streams:
    """The source of all luck of one run, addressed by name."""

    def __init__(self, seed: int, sample: int = 0, replicate: int = 0) -> None:
        if min(seed, sample, replicate) < 0:
            raise ValueError(f"seed, sample and replicate are counts from 0, not {seed}, {sample}, {replicate}")
        self._key = (seed, sample, replicate)

    def rows(self, name: str, draw: Draw, width: int, n_rows_per_block: int = 1024) -> Rows:
        """Rows of stream `name`, `width` draws an entity. Asking twice gives the same numbers twice."""
        words = blake2b(name.encode(), digest_size=8).digest()
        return Rows((*self._key, int.from_bytes(words, "little")), draw, width, n_rows_per_block)


_STANDARD_NORMAL = NormalDist()


def normal_cdf(x: float) -> float:
    """P(Z <= x) of a standard normal Z."""
    return 0.5 * math.erfc(-x * 0.7071067811865476)


def normal_quantile(p: float) -> float:
    """The number x with P(Z <= x) = p, for 0 < p < 1."""
    return _STANDARD_NORMAL.inv_cdf(p)
