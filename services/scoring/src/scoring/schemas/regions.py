"""Regions as they are answered."""

from collections.abc import Mapping
from typing import Any, Literal

from scoring.domain import Region
from scoring.service import RegionIdentity
from servicekit.wire import Model, NoteOut, SourceOut, TextOut, Utc, localise, notes, sources

from .common import Match, text_out


class OwnNameOut(Model):
    """A name in a language of the region."""

    text: str
    lang: str


class RegionCodeOut(Model):
    """A code in a dated scheme."""

    scheme: str
    version: str
    code: str
    level: int | None
    match: Match


class PointOut(Model):
    """Where a marker goes; no boundary, and approximate."""

    lat: float
    lon: float
    precision: Literal["site", "municipality", "region"]


class WebsiteOut(Model):
    """A web site; `unverified` when no source names it."""

    url: str
    body: str | None
    lang: str | None
    status: Literal["verified", "unverified"]
    sources: list[SourceOut]


class BodyOut(Model):
    """The body that answers for integration."""

    name: TextOut
    sources: list[SourceOut]


class CompetencesOut(Model):
    """What the region may decide, by policy area."""

    areas: dict[str, list[str]]
    note: TextOut | None
    sources: list[SourceOut]


class PolicyContextOut(Model):
    """What sources say of the region's policies; null is what they do not say."""

    integration_policies: TextOut | None
    overarching_strategy: bool | None
    integration_plans_date_from: int | None
    systematic_evaluation: dict[str, bool] | None
    dedicated_unit: bool | None
    permanent_body: bool | None
    better_for: Literal["tcn", "bip", "equal"] | None
    strong: list[str]
    weak: list[str]
    note: TextOut | None
    sources: list[SourceOut]


class RegionOut(Model):
    """A region."""

    id: str
    uri: str
    name: TextOut
    own_names: list[OwnNameOut]
    country: str
    codes: list[RegionCodeOut]
    point: PointOut | None
    regin_pilot: bool
    mipex_r: bool
    network: bool
    assessed_body: str | None
    websites: list[WebsiteOut]
    responsible_body: BodyOut | None
    competences: CompetencesOut | None
    policy_context: PolicyContextOut | None
    notes: list[NoteOut]


def region_out(region: Region, uri: str, lang: str) -> RegionOut:
    """Return a region in the language asked for."""
    body = region.responsible_body
    return RegionOut(
        id=region.id,
        uri=uri,
        name=text_out(region.name, lang),
        own_names=[OwnNameOut(**name) for name in region.own_names],
        country=region.country,
        codes=[RegionCodeOut.model_validate(code) for code in region.codes],
        point=_point(region),
        regin_pilot=region.regin_pilot,
        mipex_r=region.mipex_r,
        network=region.network,
        assessed_body=region.assessed_body,
        websites=[WebsiteOut(**{**site, "sources": sources(site["sources"])}) for site in region.websites],
        responsible_body=body
        and BodyOut(name=text_out(body["name"], lang), sources=sources(body["sources"])),
        competences=_competences(region.competences, lang),
        policy_context=_policy_context(region.policy_context, lang),
        notes=notes(region.notes, lang),
    )


def _point(region: Region) -> PointOut | None:
    if region.point is None:
        return None
    return PointOut(**{name: region.point[name] for name in ("lat", "lon", "precision")})


def _competences(doc: Mapping[str, Any] | None, lang: str) -> CompetencesOut | None:
    if doc is None:
        return None
    note = localise(doc["note"], lang)
    return CompetencesOut(areas=doc["areas"], note=note, sources=sources(doc["sources"]))


def _policy_context(doc: Mapping[str, Any] | None, lang: str) -> PolicyContextOut | None:
    if doc is None:
        return None
    texts = {name: localise(doc[name], lang) for name in ("integration_policies", "note")}
    return PolicyContextOut(**{**doc, **texts, "sources": sources(doc["sources"])})


class GeometryOut(Model):
    """A point: longitude, latitude."""

    type: Literal["Point"]
    coordinates: tuple[float, float]


class RegionPropertiesOut(Model):
    """What a map shows of a region."""

    id: str
    uri: str
    name: TextOut
    country: str
    regin_pilot: bool
    mipex_r: bool
    network: bool
    precision: str | None


class RegionFeatureOut(Model):
    """A region on the map."""

    type: Literal["Feature"]
    id: str
    geometry: GeometryOut | None
    properties: RegionPropertiesOut


class RegionFeaturesOut(Model):
    """Regions as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: list[RegionFeatureOut]


def feature_out(region: Region, uri: str, lang: str) -> RegionFeatureOut:
    """Return a region as a GeoJSON feature."""
    point = _point(region)
    names = ("id", "country", "regin_pilot", "mipex_r", "network")
    properties = RegionPropertiesOut(
        uri=uri,
        name=text_out(region.name, lang),
        precision=point and point.precision,
        **{name: getattr(region, name) for name in names},
    )
    geometry = point and GeometryOut(type="Point", coordinates=(point.lon, point.lat))
    return RegionFeatureOut(type="Feature", id=region.id, geometry=geometry, properties=properties)


class RegionKeysOut(Model):
    """The keys of all regions, for a service that starts over."""

    keys: list[str]


class RegionIdentityOut(Model):
    """A region as other services keep it: its names, and where it is."""

    id: str
    names: dict[str, str]
    own_names: list[str]
    aliases: list[str]
    country: str
    codes: list[str]
    point: PointOut | None
    changed_at: Utc


def identity_out(identity: RegionIdentity) -> RegionIdentityOut:
    """Return a region's names in all languages."""
    region = identity.region
    return RegionIdentityOut(
        id=region.id,
        names=dict(region.name),
        own_names=[name["text"] for name in region.own_names],
        aliases=list(identity.aliases),
        country=region.country,
        codes=[code.code for code in region.codes],
        point=_point(region),
        changed_at=region.changed_at,
    )
