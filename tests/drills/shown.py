"""One thing on a Streamlit page, as the server sent it, and the state a widget sends back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.WidgetStates_pb2 import WidgetState

# which field of the state carries what each kind of widget holds
FIELDS = {
    "text_input": "string_value",
    "text_area": "string_value",
    "selectbox": "string_value",
    "radio": "string_value",
    "time_input": "string_value",
    "number_input": "double_value",
    "checkbox": "bool_value",
    "button_group": "string_array_value",
    "multiselect": "string_array_value",
    "date_input": "string_array_value",
}
WORDS = {"html": "body", "markdown": "body", "alert": "body", "text": "body", "heading": "body"}


@dataclass(frozen=True)
class Shown:
    """An element or block: its kind (the name in Streamlit's Element message) and message."""

    kind: str
    proto: Any
    fragment: str
    run: int

    @classmethod
    def from_delta(cls, delta: Delta, run: int) -> Shown:
        """What a delta draws; ``run`` is the number of the run that drew it."""
        if delta.WhichOneof("type") == "new_element":
            element = delta.new_element
            kind = str(element.WhichOneof("type"))
            return cls(kind, getattr(element, kind, element), delta.fragment_id, run)
        if delta.WhichOneof("type") == "add_block":
            return cls("block", delta.add_block, delta.fragment_id, run)
        return cls("transient", delta, delta.fragment_id, run)

    @property
    def id(self) -> str:
        """The widget's id, "" for what is no widget."""
        return str(getattr(self.proto, "id", ""))

    @property
    def key(self) -> str:
        """The key that the page gave it: an id is ``$$ID-<hash>-<key>``."""
        parts = self.id.split("-", 2)
        return parts[2] if len(parts) == 3 and parts[2] != "None" else ""

    @property
    def label(self) -> str:
        return str(getattr(self.proto, "label", ""))

    @property
    def options(self) -> list[str]:
        """What may be chosen, as it reads."""
        held = getattr(self.proto, "options", ())
        return [one if isinstance(one, str) else one.content for one in held]

    def is_called(self, name: str) -> bool:
        """Whether ``name`` is its key (``key*``: its key's beginning) or its label."""
        if name.endswith("*"):
            return self.key.startswith(name[:-1])
        return name in (self.key, self.label)

    def value_in(self, state: WidgetState | None) -> Any:
        """What the widget holds in ``state``; without one, what the server drew it with."""
        if state is None:
            return _drawn_value(self)
        held = getattr(state, FIELDS[self.kind])
        return list(held.data) if self.kind in LISTS else held


LISTS = {kind for kind, field in FIELDS.items() if field == "string_array_value"}


def state_of(widget: Shown, value: Any) -> WidgetState:
    """The state that says ``value`` for a widget; None empties it."""
    state = WidgetState(id=widget.id)
    field = FIELDS[widget.kind]
    if field == "string_array_value":
        many = isinstance(value, Sequence) and not isinstance(value, str)
        chosen = [] if value is None else list(value) if many else [value]
        state.string_array_value.data[:] = [_written(one) for one in chosen]
    elif value is not None:
        setattr(state, field, _written(value) if field == "string_value" else value)
    return state


def states_from_server(one: Shown) -> dict[str, WidgetState]:
    """What the script itself put into a widget, by id: the tab takes it over."""
    if one.kind not in FIELDS or not getattr(one.proto, "set_value", False):
        return {}
    proto = one.proto
    if one.kind in ("button_group", "multiselect"):
        value: Any = list(proto.raw_values)
    elif one.kind == "date_input":
        value = list(proto.value)
    elif one.kind in ("selectbox", "radio"):
        value = proto.raw_value if proto.HasField("raw_value") else None
    else:
        value = proto.value if _is_filled(proto) else None
    return {one.id: state_of(one, value)}


def words_of(one: Shown) -> str:
    """What an element says; "" for widgets, charts and the like."""
    return str(getattr(one.proto, WORDS[one.kind])) if one.kind in WORDS else ""


def _drawn_value(one: Shown) -> Any:
    proto = one.proto
    if getattr(proto, "set_value", False):
        return one.value_in(states_from_server(one)[one.id])
    if one.kind in ("button_group", "multiselect"):
        return [one.options[index] for index in proto.default]
    if one.kind in ("selectbox", "radio"):
        return one.options[proto.default] if proto.HasField("default") else None
    return list(proto.default) if one.kind == "date_input" else proto.default


def _is_filled(proto: Any) -> bool:
    field = proto.DESCRIPTOR.fields_by_name["value"]
    return not field.has_presence or proto.HasField("value")


def _written(value: Any) -> str:
    if isinstance(value, date):
        return f"{value:%Y/%m/%d}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)
