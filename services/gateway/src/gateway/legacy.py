"""The printed links of the former site, `/practices?refinementList[filter_regions][0]=…`, understood."""

import re
from collections.abc import Container, Iterable
from urllib.parse import parse_qsl, urlencode

__all__ = ["FILTERS", "LIST", "api_address", "asked_regions", "is_former", "labels", "people_address"]

LIST = "/practices"
# What the list for people takes; anything else in its address is left out.
FILTERS = frozenset({
    "country", "region", "role", "policy_area", "theme", "target_group", "success", "language",
    "text_language", "regin_relation", "aspect", "criterion", "q", "sort", "lang", "page", "per_page",
})  # fmt: skip
MAX_LABELS = 20
NO_REGION = "unknown"  # the filter's word for practices that name none
_LABEL = re.compile(r"refinementList\[filter_regions\](\[\d*\])?")


def labels(query: bytes) -> list[str]:
    """Return the regions' labels of a former link, in their order; empty when it is no former link."""
    found = [value.strip() for name, value in _pairs(query) if _LABEL.fullmatch(name)]
    return [value for value in dict.fromkeys(found) if value][:MAX_LABELS]


def is_former(query: bytes) -> bool:
    """Tell whether an address is one of the former site's, with labels or without."""
    return any(name.startswith("refinementList[") for name, _ in _pairs(query))


def people_address(regions: Iterable[str]) -> str:
    """Return our own address of the practices of some regions."""
    query = urlencode([("region", region) for region in dict.fromkeys(regions)])
    return f"{LIST}?{query}" if query else LIST


def asked_regions(query: bytes) -> list[str]:
    """Return the regions an address for people names, those to be looked up."""
    found = [one for name, value in _pairs(query) if name == "region" for one in _several(value)]
    return [one for one in dict.fromkeys(found) if one != NO_REGION][:MAX_LABELS]


def api_address(query: bytes, *, unknown: Container[str] = ()) -> str:
    """Return the API's address of the list that an address for people asks for, without unknown regions."""
    pairs: list[tuple[str, str]] = []
    for name, value in _pairs(query):
        if name == "region":
            known = ",".join(one for one in _several(value) if one not in unknown)
            pairs += [(name, known)] if known else []
        elif name in FILTERS:
            pairs.append((name, value))
    kept = urlencode(pairs)
    return f"/v1{LIST}?{kept}" if kept else f"/v1{LIST}"


def _several(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]


def _pairs(query: bytes) -> list[tuple[str, str]]:
    # Printed links were typed and copied by hand: raw letters, percent-encoding and mixtures of both occur,
    # in UTF-8 or, where that does not fit, in Latin-1.
    try:
        return parse_qsl(query.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except UnicodeDecodeError:
        return parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    except ValueError:
        return []  # more fields than any link of ours or theirs has
