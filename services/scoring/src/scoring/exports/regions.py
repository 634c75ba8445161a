"""The table of regions."""

from collections.abc import Callable, Sequence

from scoring.domain import Region

from .model import About, Column, Dataset, Row
from .words import Say, nuts, told

__all__ = ["REGIONS", "regions_table"]

REGIONS = (
    Column("region", "string", "Id of the region."),
    Column("uri", "anyURI", "Lasting address of the region."),
    Column("name", "string", "Name in the language of the file."),
    Column("own_names", "string", "Names in the region's own languages.", many=True),
    Column("country", "string", "ISO 3166-1 code of the country."),
    Column("nuts", "string", "NUTS code whose territory is exactly the region's."),
    Column("codes", "string", "Codes as scheme:version:code:match.", many=True),
    Column("lat", "number", "Latitude of a marker; approximate."),
    Column("lon", "number", "Longitude of a marker; approximate."),
    Column("precision", "string", "How precise the marker is."),
    Column("regin_pilot", "boolean", "Whether the region was a pilot of REGIN."),
    Column("mipex_r", "boolean", "Whether MIPEX-R assessed the region."),
    Column("network", "boolean", "Whether the region is of the network."),
    Column("assessed_body", "string", "Whose policies were assessed."),
    Column("websites", "anyURI", "Addresses of web sites.", many=True),
    Column("responsible_body", "string", "Body that answers for integration."),
    Column("competences", "string", "Competences as area:kind, kinds joined by +.", many=True),
    Column("note", "string", "What a reader must know.", many=True),
)


def regions_table(about: About, regions: Sequence[Region], uri: Callable[[str], str], say: Say) -> Dataset:
    """Return the regions; `uri` makes a region's lasting address."""
    return Dataset("regions", about, REGIONS, [_row(about, one, uri(one.id), say) for one in regions])


def _row(about: About, region: Region, uri: str, say: Say) -> Row:
    point = region.point or {}
    areas = (region.competences or {}).get("areas", {})
    return (
        region.id,
        uri,
        say.text(region.name),
        tuple(name["text"] for name in region.own_names),
        region.country,
        nuts(region),
        tuple(f"{code.scheme}:{code.version}:{code.code}:{code.match}" for code in region.codes),
        None if region.point is None else _number(point["lat"]),
        None if region.point is None else _number(point["lon"]),
        point.get("precision"),
        region.regin_pilot,
        region.mipex_r,
        region.network,
        region.assessed_body,
        tuple(site["url"] for site in region.websites),
        say.maybe(region.responsible_body["name"]) if region.responsible_body else None,
        tuple(f"{area}:{'+'.join(kinds)}" for area, kinds in areas.items()),
        told(about, region.notes, say),
    )


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else float(value)
