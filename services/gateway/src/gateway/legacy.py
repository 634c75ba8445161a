"""The printed links of the former site, `/practices?refinementList[filter_regions][0]=…`, understood."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

__all__ = ["FILTERS", "LIST", "api_address", "is_former", "labels", "people_address"]

LIST = "/practices"
# What the list for people takes; anything else in its address is left out.
FILTERS = frozenset({
    "country", "region", "role", "policy_area", "theme", "target_group", "success", "language",
    "text_language", "regin_relation", "aspect", "criterion", "q", "sort", "lang", "page", "per_page",
})  # fmt: skip
MAX_LABELS = 20
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


def api_address(query: bytes) -> str:
    """Return the API's address of the list that an address for people asks for."""
    kept = urlencode([(name, value) for name, value in _pairs(query) if name in FILTERS])
    return f"/v1{LIST}?{kept}" if kept else f"/v1{LIST}"


def _pairs(query: bytes) -> list[tuple[str, str]]:
    # Printed links were typed and copied by hand: raw letters, percent-encoding and mixtures of both occur,
    # in UTF-8 or, where that does not fit, in Latin-1.
    try:
        return parse_qsl(query.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except UnicodeDecodeError:
        return parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    except ValueError:
        return []  # more fields than any link of ours or theirs has
