"""What tests of assessments are made of: a small edition, two regions, and people who work on them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from scoring.documents import Bundle, EditionDoc
from servicekit.database import Database
from tests.support.builders_scoring import edition, load_bundle, region, scoring_client, words
from tests.support.people import AUDIENCE, ISSUER, bearer

INDICATORS = ("I1", "I2", "I3", "I4")
COMPETENCES = {"areas": {"labour": ["shared"], "health": ["shared"]}, "note": None, "sources": []}
NO_HEALTH = {"areas": {"labour": ["shared"]}, "note": None, "sources": []}


def indicator(name: str, area: str = "labour", weight: int = 1) -> dict[str, Any]:
    """A question with three options: a is 100, b is 50, c is 0."""
    options = [
        {"id": key, "score": value, "text": words(f"{name} {key}")}
        for key, value in (("a", 100), ("b", 50), ("c", 0))
    ]
    position = {"policy_area": [area]}
    return {
        "id": name, "question": words(f"{name}?"), "help": None, "weight": weight, "position": position,
        "options": options,
    }  # fmt: skip


def questionnaire(name: str = "small", **given: Any) -> EditionDoc:
    """An edition of four questions: I1, I2 and I3 on labour, I4 on health."""
    document = {
        "kind": "computed",
        "licence": "CC-BY-4.0",
        "indicators": [
            *(indicator(one) for one in INDICATORS[:3]), indicator(INDICATORS[3], "health", weight=2)
        ],
        "method": {
            "overall": {"mean_of": "indicators"}, "min_coverage": 0.5,
            "rounding": {"mode": "half_up", "digits": 0}, "bands": [],
        },
    }  # fmt: skip
    return edition(name, **{**document, **given}).model_copy(update={"release": None})


def small_bundle() -> Bundle:
    """Two regions, of which beta is not known to have any say in health, and the small edition."""
    return Bundle(
        [region("alpha", competences=COMPETENCES), region("beta", competences=NO_HEALTH)],
        [edition("2021"), questionnaire()],
        [],
    )


def answer(option: str | None = "a", status: str | None = None, **given: Any) -> dict[str, Any]:
    """An answer as an expert sends it."""
    chosen: dict[str, Any] = {"status": status} if status else {"option": option}
    document = {
        "certainty": "high",
        "as_of": "2026-05",
        "justification": {"text": "By law 7/2010, article 3.", "lang": "en"},
        "note": None,
        "sources": [{"title": "Law 7/2010", "url": "https://example.org/law"}],
    }
    return {**chosen, **document, **given}


class Work:
    """People at work in one assessment, each with a token of their own."""

    def __init__(self, client: httpx.AsyncClient, people: Path) -> None:
        self.client = client
        self._people = people
        self.id = ""

    def token(self, subject: str, *roles: str, regions: tuple[str, ...] = ()) -> dict[str, str]:
        """Return the header of a person's calls."""
        return bearer(self._people, *roles, subject=subject, regions=regions)

    async def call(
        self, who: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Call as a person, whose role is the beginning of the name: expert-1, reviewer-2."""
        given = {**self.token(who, who.split("-", maxsplit=1)[0]), **(headers or {})}
        return await self.client.request(method, path, json=body, headers=given)

    async def open(self, where: str = "alpha", edition_id: str = "small") -> httpx.Response:
        """Open an assessment by reviewer-1 with expert-1 and expert-2."""
        body = {"region": where, "edition": edition_id, "experts": ["expert-1", "expert-2"]}
        opened = await self.call("reviewer-1", "POST", "/v1/review/assessments", body)
        if opened.status_code == 201:
            self.id = opened.json()["id"]
        return opened

    async def save(
        self, who: str, name: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Save an answer."""
        path = f"/v1/assessments/{self.id}/answers/{name}"
        return await self.call(who, "PUT", path, answer() if body is None else body, headers)

    async def own(self, who: str) -> Any:
        """Read an expert's own work."""
        found = await self.call(who, "GET", f"/v1/assessments/{self.id}")
        assert found.status_code == 200, found.text
        return found.json()

    async def submit(self, who: str) -> httpx.Response:
        """Submit."""
        return await self.call(who, "POST", f"/v1/assessments/{self.id}/submit")

    async def review(self, method: str, path: str = "", body: Any = None, **given: Any) -> httpx.Response:
        """Call as reviewer-1, or as `who`."""
        who = given.pop("who", "reviewer-1")
        return await self.call(who, method, f"/v1/review/assessments/{self.id}{path}", body, **given)

    async def case(self) -> Any:
        """Read both sides."""
        found = await self.review("GET")
        assert found.status_code == 200, found.text
        return found.json()

    async def decide(self, name: str, option: str = "a", **given: Any) -> httpx.Response:
        """Decide an indicator."""
        body = {"option": option, "reason": given.pop("reason", "The law says so.")}
        return await self.review("PUT", f"/decisions/{name}", body, **given)

    async def move(self, to: str, reason: str | None = None) -> httpx.Response:
        """Take it further or back."""
        return await self.review("POST", "/transitions", {"to": to, "reason": reason})

    async def answered_by(self, who: str, options: str = "aaaa") -> None:
        """Let an expert answer everything and submit."""
        for name, option in zip(INDICATORS, options, strict=True):
            assert (await self.save(who, name, answer(option))).status_code == 200
        assert (await self.submit(who)).status_code == 200

    async def answered(self, first: str = "aaaa", second: str = "abaa") -> None:
        """Let both experts answer everything and submit."""
        await self.answered_by("expert-1", first)
        await self.answered_by("expert-2", second)

    async def decided(self) -> None:
        """Bring it to `decided`."""
        await self.answered()
        for name in INDICATORS:
            done = await self.decide(name)
            assert done.status_code == 200, done.text


@asynccontextmanager
async def working(database: Database, people: Path, **given: Any) -> AsyncIterator[Work]:
    """People at work on the small edition."""
    await load_bundle(database, small_bundle())
    auth = {
        "auth_jwks_file": people / "people.jwks.json", "auth_issuer": ISSUER, "auth_audience": AUDIENCE
    }  # fmt: skip
    async with scoring_client(database, **auth, **given) as client:
        yield Work(client, people)
