"""Reading the data files: everything that is wrong is found before anything is written, with its place."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from servicekit.catalog import Catalog
from servicekit.text import fold_key

from .documents import BadData, Bundle, EditionDoc, InvalidEdition, Known, RegionDoc, ScoreDoc, read_edition
from .documents.files import read_file
from .domain import Group, usual_group

__all__ = ["LOCALE", "known_codes", "read_bundle"]

LOCALE = Path(__file__).parent / "locale"

DocT = TypeVar("DocT")


@dataclass
class _Checker:
    lists: Mapping[str, Collection[str]]
    languages: Sequence[str]
    faults: list[str] = field(default_factory=list)

    def code(self, place: str, name: str, code: str) -> None:
        if code not in self.lists[name]:
            self.faults.append(f"{place}: {code!r} is not in the list {name}")

    def once(self, place: str, seen: set[Any], item: Any) -> None:
        if item in seen:
            self.faults.append(f"{place}: stands twice: {item!r}")
        seen.add(item)

    def texts(self, place: str, doc: Any) -> None:
        """Find every text document, wherever it stands, that lacks a language."""
        if isinstance(doc, dict):
            if "en" in doc and all(isinstance(text, str) for text in doc.values()):
                missing = [code for code in self.languages if code not in doc]
                if missing:
                    self.faults.append(f"{place}: no text in {', '.join(missing)}")
                return
            for key, inner in doc.items():
                self.texts(f"{place}.{key}", inner)
        elif isinstance(doc, list):
            for number, inner in enumerate(doc):
                self.texts(f"{place}[{number}]", inner)


def read_bundle(data_dir: Path) -> Bundle:
    """Read all files of scoring; raises BadData with every fault found."""
    faults: list[str] = []
    regions = _read(data_dir, "regions.json", list[RegionDoc], faults) or []
    names = sorted(path.relative_to(data_dir).as_posix() for path in data_dir.glob("editions/*.json"))
    known = known_codes(data_dir)
    found = {name: _read_edition(data_dir, name, known, faults) for name in names}
    editions = {name: doc for name, doc in found.items() if doc is not None}
    scores = _read(data_dir, "published_scores.json", list[ScoreDoc], faults) or []
    if not faults:
        bundle = Bundle(regions, list(editions.values()), scores)
        faults = list(_cross_check(bundle, list(editions), _Checker(known.lists, known.languages)))
    if faults:
        raise BadData(faults)
    return bundle


def known_codes(data_dir: Path) -> Known:
    """Return what an edition may name: the platform's languages, and every code list of every service."""
    lists = {}
    for path in sorted((data_dir / "codelists").glob("*/*.json")):
        lists[path.stem] = frozenset(one["code"] for one in json.loads(path.read_text("utf-8"))["items"])
    languages = json.loads((data_dir / "languages.json").read_text("utf-8"))
    return Known([language["code"] for language in languages], lists)


def _read_edition(data_dir: Path, name: str, known: Known, faults: list[str]) -> EditionDoc | None:
    document = _read(data_dir, name, dict[str, Any], faults)
    if document is None:
        return None
    try:
        return read_edition(document, known)
    except InvalidEdition as error:
        words = Catalog.load(LOCALE)
        for fault in error.faults:
            place = "".join(f"[{p}]" if p.isdigit() else f".{p}" for p in fault.pointer.split("/")[1:])
            faults.append(f"{name}{place}: {words.text('en', f'fault.{fault.code}', **fault.params)}")
        return None


def _read(data_dir: Path, name: str, kind: type[DocT], faults: list[str]) -> DocT | None:
    try:
        return read_file(data_dir, name, kind)
    except BadData as error:
        faults += error.faults
        return None


def _cross_check(bundle: Bundle, names: Sequence[str], checker: _Checker) -> Iterator[str]:
    _check_regions(bundle.regions, checker)
    seen: set[Any] = set()
    for name, edition in zip(names, bundle.editions, strict=True):
        checker.once(name, seen, edition.edition)
    _check_scores(bundle, checker)
    yield from checker.faults


def _check_regions(regions: Sequence[RegionDoc], checker: _Checker) -> None:
    seen: set[Any] = set()
    ids = {region.id for region in regions}
    for number, region in enumerate(regions):
        place = f"regions.json[{number}]"
        checker.once(f"{place}.id", seen, region.id)
        checker.code(f"{place}.country", "country", region.country)
        checker.texts(place, region.model_dump(exclude={"facts"}))
        for areas in (region.competences.areas if region.competences else {}).values():
            for kind in areas:
                checker.code(f"{place}.competences.areas", "competence", kind)
        for code in region.codes:
            checker.once(f"{place}.codes", seen, (region.id, code.scheme, code.version, code.code))
        for spelling in [*region.name.values(), *region.aliases, *(own.text for own in region.own_names)]:
            if fold_key(spelling) in ids - {region.id}:
                checker.faults.append(f"{place}: {spelling!r} is the id of another region")
        _check_statistics(place, region, checker)


def _check_statistics(place: str, region: RegionDoc, checker: _Checker) -> None:
    seen: set[Any] = set()
    if region.statistics and not any(code.match == "exact" for code in region.codes):
        checker.faults.append(f"{place}.statistics: no code is exact, so no figure can be attached")
    for number, one in enumerate(region.statistics):
        here = f"{place}.statistics[{number}]"
        checker.code(f"{here}.key", "statistic", one.key)
        checker.code(f"{here}.unit", "unit", one.unit)
        for flag in one.flags:
            checker.code(f"{here}.flags", "statistic_flag", flag)
        group = Group(**one.group.model_dump()) if one.group else usual_group(one.key)
        if group is None:
            checker.faults.append(f"{here}: {one.key} has several groups, so it must name its own")
            continue
        for name, code in asdict(group).items():
            checker.code(f"{here}.group.{name}", name, code)
        checker.once(here, seen, (one.key, group, one.period))


def _check_scores(bundle: Bundle, checker: _Checker) -> None:
    editions = {edition.edition: edition for edition in bundle.editions if edition.kind == "published"}
    taking_part = {region.id for region in bundle.regions if region.mipex_r}
    seen: set[Any] = set()
    for number, one in enumerate(bundle.scores):
        place = f"published_scores.json[{number}]"
        checker.once(place, seen, (one.edition, one.region, one.cell))
        checker.texts(place, one.model_dump())
        if one.region not in taking_part:
            checker.faults.append(f"{place}.region: {one.region!r} took no part, or is no region")
        if one.edition not in editions:
            checker.faults.append(f"{place}.edition: there is no published edition {one.edition!r}")
        elif one.cell not in editions[one.edition].cells():
            checker.faults.append(f"{place}: {one.cell!r} is no cell of the edition {one.edition}")
        if one.stated_rank and not one.stated_rank.position <= one.stated_rank.of == len(taking_part):
            checker.faults.append(f"{place}.stated_rank: is not a place among {len(taking_part)}")
