"""The work method (工作法): rules as data, validated before anything runs by them.

A method is one TOML file under ``data/presets/``.  Code never asks which method
it is; it asks what the method says.  Reading the files, and borrowing sections
from one another, is in :mod:`data.method.loading`.
"""

from data.method.appeals import Category, State, Workflow
from data.method.base import Span
from data.method.members import Checkup, Grade, MemberClass, PointsRule, PointsScheme
from data.method.method import Level, Method, Post
from data.method.reporting import ActivityKind, Indicator
from data.method.volunteers import Goods, MustVisit, Star, Team, TimeBank, Volunteering

__all__ = [
    "ActivityKind",
    "Category",
    "Checkup",
    "Goods",
    "Grade",
    "Indicator",
    "Level",
    "MemberClass",
    "Method",
    "MustVisit",
    "PointsRule",
    "PointsScheme",
    "Post",
    "Span",
    "Star",
    "State",
    "Team",
    "TimeBank",
    "Volunteering",
    "Workflow",
]
