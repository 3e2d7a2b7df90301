"""Appeals: workflows as ordered, typed states, and categories with their limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from data.method.base import Key, Name, Section, SectionError, Span, find, need, require_unique

StateType = Literal["open", "waiting", "closed", "rejected"]
Requirement = Literal["reply", "handler", "resolved", "rating"]
UNFINISHED = ("open", "waiting")


class State(Section):
    """One step of a workflow; ``requires`` lists what entering it asks for.

    ``next`` names the states reachable by moving on (None: the following one).
    The first ``closed`` state is where a case counts as settled (办结); follow-up
    and rating come after it and are ``closed`` as well.
    """

    key: Key
    name: Name
    type: StateType
    post: Key | None = None
    limit: Span | None = None
    requires: list[Requirement] = Field(default_factory=list)
    next: list[Key] | None = None


class Workflow(Section):
    """An ordered list of states, first one entered on registration.

    ``responded_at`` is the state whose entry counts as the first response;
    ``return_to`` (退单) and ``redo_to`` (重办) name where a case goes back to.
    """

    key: Key
    name: Name
    states: Annotated[list[State], Field(min_length=2)]
    responded_at: Key
    return_to: Key | None = None
    redo_to: Key | None = None
    extendable: bool = False
    escalate_after: Annotated[int, Field(ge=1)] = 3

    @model_validator(mode="after")
    def _consistent(self) -> Workflow:
        require_unique(self.states, "states")
        if self.states[0].type not in UNFINISHED:
            raise SectionError("第一个状态须是未办结的（open 或 waiting）", "states", 0, "type")
        if all(s.type != "closed" for s in self.states):
            raise SectionError('至少要有一个办结状态（type = "closed"）', "states")
        self._check_named()
        self._check_moves()
        return self

    def _check_named(self) -> None:
        keys = {s.key for s in self.states}
        for field in ("responded_at", "return_to", "redo_to"):
            if (named := getattr(self, field)) is not None:
                need(named, keys, "states", field)
        for index, state in enumerate(self.states):
            for place, named in enumerate(state.next or []):
                need(named, keys, "states", "states", index, "next", place)
        for field in ("return_to", "redo_to"):
            named = getattr(self, field)
            if named and self.state(named).type not in UNFINISHED:
                raise SectionError(f"须退回到未办结的状态，“{named}” 已是终结状态", field)
        if self.state(self.responded_at).type == "rejected":
            raise SectionError("不予办理的状态不能算作响应", "responded_at")

    def _check_moves(self) -> None:
        """Only a redo reopens a case, and every state can be got to."""
        reached = {self.states[0].key, self.return_to, self.redo_to}
        for index, state in enumerate(self.states):
            following = [self.state(key) for key in self.following(state.key)]
            reached |= {s.key for s in following}
            if state.type not in UNFINISHED and any(s.type in UNFINISHED for s in following):
                reason = "终结后不能再流转到未办结的状态，须用 redo_to 重办"
                raise SectionError(reason, "states", index, "next")
        for index, state in enumerate(self.states):
            if state.key not in reached:
                reason = f"没有任何状态能流转到 “{state.key}”"
                raise SectionError(reason, "states", index)

    def following(self, key: str) -> list[str]:
        """Keys of the states that moving on from ``key`` may lead to.

        Where the method does not say, it is the following one that is no rejection.
        """
        index = [s.key for s in self.states].index(key)
        chosen = self.states[index].next
        if chosen is not None:
            return list(chosen)
        if self.states[index].type == "rejected":
            return []
        return [s.key for s in self.states[index + 1 :] if s.type != "rejected"][:1]

    def state(self, key: str) -> State:
        """The state called ``key``; KeyError where the workflow has none."""
        return find(self.states, key)


class Category(Section):
    """A class of appeals: its workflow, time limit and how long before it turns yellow.

    ``state_limits`` replaces the limit of single states for this class, e.g. an
    emergency that must be taken up within minutes.
    """

    key: Key
    name: Name
    workflow: Key
    limit: Span
    yellow: Span
    urgent: bool = False
    state_limits: dict[Key, Span] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _light_before_limit(self) -> Category:
        if self.yellow.rough >= self.limit.rough:
            limit, yellow = self.limit.text, self.yellow.text
            raise SectionError(f"黄灯提前量须短于办理时限 {limit}，现为 {yellow}", "yellow")
        if self.limit.clock is not None and self.yellow.clock is None:
            # a working day may be a week of clock time away across a holiday
            raise SectionError("办理时限按钟点计时，黄灯提前量也须用 minutes 或 hours", "yellow")
        return self

    def state_limit(self, state: State) -> Span | None:
        """How long a case of this class may stay in ``state`` (None: no limit of its own)."""
        return self.state_limits.get(state.key, state.limit)

    def check_states(self, workflow: Workflow) -> None:
        """Raise SectionError when a limit of a state is longer than the whole case may take."""
        for key in self.state_limits:
            need(key, {s.key for s in workflow.states}, f"流程 {workflow.key}", "state_limits", key)
        for state in workflow.states:
            limit = self.state_limit(state)
            if limit and state.type in UNFINISHED and limit.rough > self.limit.rough:
                reason = f"时限 {limit.text} 长于办理时限 {self.limit.text}，须在这里另定"
                raise SectionError(f"环节“{state.name}”的{reason}", "state_limits", state.key)
