"""What a field allows, in words, and the fields below a type: for messages, lists of paths and searches."""

from __future__ import annotations

import datetime
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, Discriminator, StringConstraints
from pydantic.fields import FieldInfo

from simulator.scenario.names import few


@dataclass(frozen=True, slots=True)
class Type:
    """A field's type without wrappers, and the bounds that stood on them."""

    core: Any
    """A class, or a generic such as ``tuple[str, ...]``, ``Literal[...]``, a union."""
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    pattern: str | None = None
    optional: bool = False

    @property
    def is_number(self) -> bool:
        return self.core is float

    @property
    def model(self) -> type[BaseModel] | None:
        """Return the model, if the type is one."""
        return self.core if isinstance(self.core, type) and issubclass(self.core, BaseModel) else None

    @property
    def element(self) -> Any:
        """Return the annotation of the elements of a list or of the values of a mapping, None for other types."""
        origin, arguments = get_origin(self.core), get_args(self.core)
        if origin is tuple and arguments:
            return arguments[0]
        if _is_mapping(origin) and len(arguments) == 2:
            return arguments[1]
        return None

    @property
    def is_mapping(self) -> bool:
        return _is_mapping(get_origin(self.core))

    def holds(self, value: float) -> bool:
        """Say whether a number lies within the bounds."""
        above = self.low is None or (value > self.low if self.low_open else value >= self.low)
        below = self.high is None or (value < self.high if self.high_open else value <= self.high)
        return above and below


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


@lru_cache(maxsize=2048)
def type_of(model: type[BaseModel], field: str) -> Type:
    """Return the type of a field of a model."""
    info = model.model_fields[field]
    return unwrap(info.annotation, tuple(info.metadata))


def unwrap(annotation: Any, metadata: tuple[Any, ...] = ()) -> Type:
    """Return an annotation without `Annotated` and `| None`."""
    marks, optional = list(metadata), False
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks += more
        elif get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
            rest = [part for part in get_args(annotation) if part is not type(None)]
            annotation, optional = Union[tuple(rest)], True  # noqa: UP007 (made from a list)
        else:
            return Type(annotation, **_bounds(marks), optional=optional)


def _bounds(marks: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for mark in marks:
        match mark:
            case FieldInfo():
                found |= _bounds(list(mark.metadata))
            case annotated_types.Ge(ge=low):
                found |= {"low": low}
            case annotated_types.Gt(gt=low):
                found |= {"low": low, "low_open": True}
            case annotated_types.Le(le=high):
                found |= {"high": high}
            case annotated_types.Lt(lt=high):
                found |= {"high": high, "high_open": True}
            case StringConstraints(pattern=pattern):
                found |= {"pattern": pattern}
            case Discriminator():
                continue
            case _ if isinstance(getattr(mark, "pattern", None), str):
                found |= {"pattern": mark.pattern}
    return found


def describe(kind: Type) -> str:
    """Return what is allowed, in words: `a number from 0 to 1`."""
    arguments = get_args(kind.core)
    if get_origin(kind.core) is Literal:
        text = ", ".join(str(argument) for argument in arguments)
    elif kind.core is bool:
        text = "true or false"
    elif kind.core is int:
        text = f"a whole number{_range(kind)}"
    elif kind.core is float:
        text = f"a number{_range(kind)}"
    elif kind.core is str:
        text = f"a text like {kind.pattern}" if kind.pattern else "a text"
    elif kind.core is datetime.date:
        text = "a day as YYYY-MM-DD"
    elif kind.model is not None:
        text = f"a mapping with {few(list(kind.model.model_fields))}"
    elif kind.is_mapping:
        text = f"a mapping from names to {describe(unwrap(kind.element))}" if kind.element is not Any else "a mapping"
    elif get_origin(kind.core) is tuple:
        text = f"a list of: {describe(unwrap(kind.element))}"
    else:
        text = "any of the shapes in the schema"
    return f"{text}, or null" if kind.optional else text


def _range(kind: Type) -> str:
    low = f"{kind.low:,.10g}" if kind.low is not None else ""
    high = f"{kind.high:,.10g}" if kind.high is not None else ""
    if low and high:
        if kind.low_open or kind.high_open:
            return f" {'above' if kind.low_open else 'from'} {low} {'and below' if kind.high_open else 'up to'} {high}"
        return f" from {low} to {high}"
    if low:
        return f" {'above' if kind.low_open else 'of at least'} {low}"
    return f" {'below' if kind.high_open else 'up to'} {high}" if high else ""


def descend(kind: Type, path: tuple[str | int, ...]) -> Type | None:
    """Return the type at a path below another; parts that only name the member of a union are skipped."""
    for part in path:
        below = _below(kind, part)
        if below is None:
            return None
        kind = below
    return kind


def _below(kind: Type, part: str | int) -> Type | None:
    if kind.model is not None:
        return type_of(kind.model, str(part)) if part in kind.model.model_fields else None
    if kind.element is not None:
        return unwrap(kind.element)
    for member in members(kind):
        tag = member.model_fields.get("dist") or member.model_fields.get("kind")
        if tag is not None and part in get_args(tag.annotation):
            return Type(member)
    return None


def members(kind: Type) -> Iterator[type[BaseModel]]:
    """Yield the models of a union."""
    if get_origin(kind.core) in (Union, types.UnionType):
        for argument in get_args(kind.core):
            model = unwrap(argument).model
            if model is not None:
                yield model
