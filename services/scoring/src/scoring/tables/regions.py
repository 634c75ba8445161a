"""Regions, their dated codes, and the names that lead to them."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from .base import MATCH, Document, changed, loaded, metadata

__all__ = ["region", "region_alias", "region_code"]

region = Table(
    "region", metadata,
    Column("id", Text, primary_key=True),
    Column("name", Document, nullable=False),
    Column("own_names", Document, nullable=False),
    Column("country", Text, nullable=False),
    Column("point", Document),
    Column("regin_pilot", Boolean, nullable=False),
    Column("mipex_r", Boolean, nullable=False),
    Column("network", Boolean, nullable=False),
    Column("assessed_body", Text),
    Column("websites", Document, nullable=False),
    Column("responsible_body", Document),
    Column("competences", Document),
    Column("policy_context", Document),
    Column("notes", Document, nullable=False),
    Column("aliases", Document, nullable=False),
    loaded(),
    changed(),
    CheckConstraint("id ~ '^[a-z0-9]+(-[a-z0-9]+)*$'", name="id_is_slug"),
    CheckConstraint("country ~ '^[A-Z]{2}$' AND country <> 'EL'", name="country_is_iso"),
)  # fmt: skip

region_code = Table(
    "region_code", metadata,
    Column("region_id", ForeignKey("region.id"), primary_key=True),
    Column("scheme", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("level", Integer),
    Column("match", Text, nullable=False),
    CheckConstraint(MATCH, name="match_known"),
)  # fmt: skip

region_alias = Table(
    "region_alias", metadata,
    Column("folded", Text, primary_key=True),
    Column("region_id", ForeignKey("region.id"), primary_key=True),
    Column("shared", Boolean, nullable=False),
    CheckConstraint("folded <> ''", name="folded_not_empty"),
)  # fmt: skip

# One territory is one region's: two regions that both are exactly ES51 would be a mistake in the data.
Index(
    "uq_region_code_exact", region_code.c.scheme, region_code.c.version, region_code.c.code,
    unique=True, postgresql_where=text("match = 'exact'"),
)  # fmt: skip

# A folded name leads to one region, unless it is known that two really share it.
Index("uq_region_alias_folded", region_alias.c.folded, unique=True, postgresql_where=text("NOT shared"))
