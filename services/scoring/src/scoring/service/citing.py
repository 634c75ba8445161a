"""How a release is cited, and under which licence it stands."""

from collections.abc import Mapping
from datetime import date

__all__ = ["cite", "licence_of", "release_address"]

# Where a licence is best read; every other SPDX id has its page at SPDX.
_PAGES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}


def release_address(base_url: str, release: str) -> str:
    """Return where a release is answered, below the platform's address."""
    return f"{base_url.rstrip('/')}/v1/releases/{release}"


def cite(title: str, release: str, issued: date, address: str) -> str:
    """Return the sentence to cite a release by: who, what, which version, when, where."""
    return f"REGIN. {title}. Release {release}, issued {issued.isoformat()}. {address}"


def licence_of(spdx: str | None) -> Mapping[str, str] | None:
    """Return a licence with its address; None where none is known."""
    if spdx is None:
        return None
    return {"id": spdx, "url": _PAGES.get(spdx, f"https://spdx.org/licenses/{spdx}.html")}
