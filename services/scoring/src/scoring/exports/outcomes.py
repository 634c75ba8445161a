"""The table of outcome statistics."""

from collections.abc import Mapping, Sequence
from typing import Literal

from scoring.domain import Region, Statistic
from scoring.schemas.common import number

from .jsonstat import category
from .model import About, Column, Cube, Dataset, Dimension, Row
from .words import Say, nuts, source, told

__all__ = ["OUTCOMES", "outcomes_table"]

OUTCOMES = (
    Column("region", "string", "Id of the region."),
    Column("country", "string", "ISO 3166-1 code of the country."),
    Column("nuts", "string", "NUTS code whose territory is exactly the region's."),
    Column("indicator", "string", "Key of the statistic; a code of the list statistic."),
    Column("label", "string", "Its label in the language of the file."),
    Column("citizenship", "string", "Whom it counts: by citizenship."),
    Column("sex", "string", "Whom it counts: by sex."),
    Column("age", "string", "Whom it counts: by age."),
    Column("period", "string", "Period: YYYY, YYYY-MM or YYYY-MM-DD."),
    Column("value", "number", "The figure, never rounded."),
    Column("unit", "string", "Unit; a code of the list unit."),
    Column("reason", "string", "Why there is no figure; a code of the list reason."),
    Column("flags", "string", "Flags; codes of the list statistic_flag.", many=True),
    Column("confidence", "string", "How sure the figure is: high, medium or low."),
    Column("territory", "string", "Territory that the figure is about, as scheme:version:code."),
    Column("source_title", "string", "Title of the source that the figure was taken from."),
    Column("source_url", "anyURI", "Address of that source."),
    Column("note", "string", "What a reader must know.", many=True),
)
_ORDER = ("region", "indicator", "citizenship", "sex", "age", "unit", "period")
_CODES = ("REF_AREA", "INDICATOR", "CITIZENSHIP", "SEX", "AGE", "UNIT_MEASURE", "TIME_PERIOD")
_ROLES: Mapping[str, Literal["geo", "time", "metric"]] = {
    "region": "geo",
    "period": "time",
    "indicator": "metric",
}
_LISTS = {
    "indicator": "statistic", "citizenship": "citizenship", "sex": "sex", "age": "age", "unit": "unit",
}  # fmt: skip


def outcomes_table(
    about: About, regions: Mapping[str, Region], statistics: Sequence[Statistic], say: Say
) -> Dataset:
    """Return the statistics, expected ones even when missing."""
    labels = say.labels("statistic")
    rows = [_row(about, regions[one.region], one, labels, say) for one in statistics]
    names = {key: say.text(region.name) for key, region in regions.items()}
    return Dataset("outcomes", about, OUTCOMES, rows, _cube(rows, names, say))


def _row(about: About, region: Region, one: Statistic, labels: Mapping[str, str], say: Say) -> Row:
    territory = one.territory
    return (
        region.id,
        region.country,
        nuts(region),
        one.key,
        labels.get(one.key),
        one.group.citizenship,
        one.group.sex,
        one.group.age,
        one.period,
        None if one.value is None else number(one.value),
        one.unit,
        None if one.reason is None else str(one.reason),
        tuple(one.flags),
        one.confidence,
        f"{territory.scheme}:{territory.version}:{territory.code}" if territory else None,
        *source(one.sources),
        told(about, one.notes, say),
    )


def _cube(rows: Sequence[Row], names: Mapping[str, str], say: Say) -> Cube:
    place = {column.name: n for n, column in enumerate(OUTCOMES)}
    dimensions = []
    for column, code in zip(_ORDER, _CODES, strict=True):
        known = names if column == "region" else say.labels(_LISTS.get(column, ""))
        found = dict.fromkeys(category(row[place[column]]) for row in rows)
        codes = sorted(found) if column == "period" else list(found)
        labels = {one: known.get(one, one) for one in codes}
        label = say(f"export.{column}")
        dimensions.append(Dimension(column, code, label, labels, _ROLES.get(column)))
    return Cube("REGIN:OUTCOMES(1.0.0)", tuple(dimensions), "value", "reason", say.reasons)
