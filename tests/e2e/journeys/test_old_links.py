"""The six printed links of the former site lead to the right practices."""

from urllib.parse import quote, urlsplit

import httpx
import pytest

# The six pilots by their labels on the former site, and how many practices each has in data/practices.json.
PRINTED = {
    "Generalitat de Catalunya (Catalonia)": ("catalonia", 10),
    "Región de Murcia (Murcia)": ("murcia", 10),
    "Skåne (Scania)": ("skane", 8),
    "Apulia (Puglia)": ("puglia", 6),
    "Região Autónoma dos Açores (Azores)": ("azores", 6),
    "Campania": ("campania", 3),
}
FORMS = {
    "percent-encoded": lambda label: f"refinementList%5Bfilter_regions%5D%5B0%5D={quote(label)}",
    "brackets as they are": lambda label: f"refinementList[filter_regions][0]={quote(label)}",
    "another index": lambda label: f"refinementList[filter_regions][17]={quote(label)}",
    "no index": lambda label: f"refinementList[filter_regions][]={quote(label)}",
    "plus for space": lambda label: f"refinementList[filter_regions][0]={quote(label).replace('%20', '+')}",
    "other parameters": lambda label: f"page=2&refinementList[filter_regions][0]={quote(label)}&utm_source=x",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("label", PRINTED)
def test_a_printed_link_leads_to_the_regions_practices(platform, label, form):
    region, total = PRINTED[label]
    first = httpx.get(f"{platform.base_url}/practices?{FORMS[form](label)}")
    assert first.status_code == 301
    assert first.headers["cache-control"] == "max-age=86400"
    ours = urlsplit(first.headers["location"])
    assert (ours.path, ours.query) == ("/practices", f"region={region}")
    with httpx.Client(base_url=platform.base_url) as client:
        second = client.get(first.headers["location"])
        assert second.status_code == 302  # until the page exists; no permanent redirect leads into /v1
        practices = client.get(second.headers["location"])
    assert practices.json()["total"] == total
    assert all(region in item["regions"] for item in practices.json()["items"])
