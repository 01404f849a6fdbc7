"""What a file may say, read off the parameter classes: a tree of shapes with units and limits."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from annotated_types import Ge, Gt, Interval, Le, Lt
from pydantic.fields import FieldInfo

from simlab.parameters import Params, State, Unit


@dataclass(frozen=True, slots=True)
class Limits:
    """The values a field allows; `low_open` and `high_open` say that the limit itself is not one of them."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False

    def allow(self, value: float) -> bool:
        """Whether `value` lies inside."""
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def in_words(self) -> str:
        """The limits as a reader wants them: "above 0 and at most 1"."""
        parts = []
        if self.low > -math.inf:
            parts.append(f"{'above' if self.low_open else 'at least'} {self.low:.12g}")
        if self.high < math.inf:
            parts.append(f"{'below' if self.high_open else 'at most'} {self.high:.12g}")
        return " and ".join(parts) or "any number"


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity: in the file a record {value, unit, source, ...}. The unit "date" means a moment."""

    unit: str
    limits: Limits = Limits()
    whole: bool = False
    state: bool = False
    """Whether it describes the world on the first day."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A bare value: text, yes or no, a count, a date, or one of a few words."""

    kind: Literal["text", "flag", "count", "number", "date", "word"]
    limits: Limits = Limits()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Optional:
    """The shape, or nothing."""

    of: "Shape"


@dataclass(frozen=True, slots=True)
class Table:
    """Names the file chooses (or one of `words`), each with the same shape below it."""

    of: "Shape"
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """A list of entries of the same shape; `n` of them where that is fixed."""

    of: "Shape"
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several groups, told apart by the word under `tag`."""

    tag: str
    groups: Mapping[str, "Group"]


@dataclass(frozen=True, slots=True)
class Field:
    """A named place in a group. `about` is the sentence below its declaration."""

    shape: "Shape"
    about: str = ""
    required: bool = True


@dataclass(frozen=True)
class Group:
    """Named fields."""

    fields: Mapping[str, Field]
    about: str = ""
    name: str = ""
    model: type[Params] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Patches:
    """Dotted paths below `world`, each with what it is set to."""


def without_optional(shape: "Shape") -> "Shape":
    """The shape itself, where None is allowed as well."""
    return shape.of if isinstance(shape, Optional) else shape


Shape: TypeAlias = Number | Plain | Optional | Table | Several | Choice | Group | Patches


@lru_cache(maxsize=512)
def group_of(model: type[Params]) -> Group:
    """The shape of a parameter class."""
    fields = {
        name: Field(_shape(info.annotation, tuple(info.metadata)), info.description or "", info.is_required())
        for name, info in model.model_fields.items()
    }
    return Group(fields, " ".join((model.__doc__ or "").split()), model.__name__, model)


def _shape(annotation: Any, metadata: Sequence[object]) -> Shape:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(args[0], (*metadata, *args[1:]))
    if origin in (Union, UnionType):
        return _union(args, metadata)
    if origin is Literal:
        return Plain("word", words=tuple(str(word) for word in args))
    if isinstance(origin, type):
        return _container(origin, args)
    is_group = isinstance(annotation, type) and issubclass(annotation, Params)
    return group_of(annotation) if is_group else _leaf(annotation, metadata)


def _container(origin: type, args: tuple[Any, ...]) -> Shape:
    if issubclass(origin, Mapping):
        key = _shape(args[0], ())
        return Table(_shape(args[1], ()), key.words if isinstance(key, Plain) else ())
    return _several(origin, args)


def _several(origin: type, args: tuple[Any, ...]) -> Several:
    fixed = origin is tuple and args[-1] is not Ellipsis
    return Several(_shape(args[0], ()), len(args) if fixed else None)


def _union(args: tuple[Any, ...], metadata: Sequence[object]) -> Shape:
    present = [arg for arg in args if arg is not NoneType]
    if len(present) == 1:
        inner = _shape(present[0], metadata)
    else:
        inner = _choice([group_of(arg) for arg in (_bare(arg) for arg in present)])
    return inner if len(present) == len(args) else Optional(inner)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _choice(groups: Sequence[Group]) -> Choice:
    tags = [name for name in groups[0].fields if all(_words_of(group, name) for group in groups)]
    if not tags:
        raise TypeError(f"a union needs a Literal field that tells its classes apart: {[g.name for g in groups]}")
    return Choice(tags[0], {word: group for group in groups for word in _words_of(group, tags[0])})


def _words_of(group: Group, name: str) -> tuple[str, ...]:
    declared = group.fields.get(name)
    return declared.shape.words if declared is not None and isinstance(declared.shape, Plain) else ()


def _leaf(annotation: Any, metadata: Sequence[object]) -> Shape:
    flat = [item for entry in metadata for item in (entry.metadata if isinstance(entry, FieldInfo) else (entry,))]
    units = [item.name for item in flat if isinstance(item, Unit)]
    limits = _limits(flat)
    if annotation is bool:
        return Plain("flag")
    if annotation in (int, float):
        if units:
            return Number(units[-1], limits, annotation is int, any(isinstance(item, State) for item in flat))
        return Plain("count" if annotation is int else "number", limits)
    return Plain("text")


def _limits(metadata: Sequence[object]) -> Limits:
    limits = Limits()
    for item in metadata:
        limits = _narrowed(limits, item)
    return limits


def _narrowed(limits: Limits, item: object) -> Limits:
    low, low_open, high, high_open = limits.low, limits.low_open, limits.high, limits.high_open
    if isinstance(item, Gt | Interval) and item.gt is not None:
        low, low_open = float(item.gt), True  # pyright: ignore[reportArgumentType]
    if isinstance(item, Ge | Interval) and item.ge is not None:
        low, low_open = float(item.ge), False  # pyright: ignore[reportArgumentType]
    if isinstance(item, Lt | Interval) and item.lt is not None:
        high, high_open = float(item.lt), True  # pyright: ignore[reportArgumentType]
    if isinstance(item, Le | Interval) and item.le is not None:
        high, high_open = float(item.le), False  # pyright: ignore[reportArgumentType]
    return Limits(low, high, low_open, high_open)
