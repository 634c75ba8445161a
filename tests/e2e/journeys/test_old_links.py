"""The six printed links of the former site lead to the right practices."""

import socket
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


def test_letters_typed_as_they_are_lead_there_too(platform):
    # As curl -g sends it: only the blank is encoded. An HTTP library would encode the rest.
    host, port = platform.base_url.removeprefix("http://").split(":")
    address = "/practices?refinementList[filter_regions][0]=Skåne%20(Scania)"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f"GET {address} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        answer = connection.recv(4096).decode("latin-1")
    assert answer.startswith("HTTP/1.1 301 ")
    assert "location: /practices?region=skane\r\n" in answer.lower()


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
