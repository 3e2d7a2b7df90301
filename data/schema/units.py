"""Units (a tree of any depth), buildings, people and the posts they fill."""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, String, Table, Text

from data.schema.base import key_to, metadata, primary

# path is the materialised ancestry of ids, "/1/4/17/": everything below a unit
# is one range of it (see data.queries.scope.below).
unit = Table(
    "unit",
    metadata,
    primary(),
    Column("parent_id", ForeignKey("unit.id"), index=True),
    Column("level", String(40), nullable=False, index=True),
    Column("kind", String(20), nullable=False, default="ordinary"),  # or "special" (专属)
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("initials", String(60), nullable=False),  # pinyin initials, for search
    Column("path", String(200), nullable=False, unique=True),
    Column("sort", Integer, nullable=False, default=0),
    Column("households", Integer),
    Column("residents", Integer),
    Column("boundary", Text),  # GeoJSON geometry, WGS84, lon-lat; null: not surveyed yet
    Column("centre_lat", Float),
    Column("centre_lon", Float),
)

building = Table(
    "building",
    metadata,
    primary(),
    key_to("unit.id"),
    Column("code", String(40), nullable=False, unique=True),
    Column("name", String(60), nullable=False),
    Column("households", Integer),
    Column("lat", Float),
    Column("lon", Float),
)

person = Table(
    "person",
    metadata,
    primary(),
    Column("name", String(60), nullable=False),
)

# One row a filling of a post; until is null while it lasts.
post = Table(
    "post",
    metadata,
    primary(),
    key_to("unit.id"),
    Column("post_key", String(40), nullable=False),
    key_to("person.id"),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Index("ix_post_filled", "unit_id", "post_key", "until"),
)
