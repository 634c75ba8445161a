"""What can be wrong with a question put to scoring."""

from collections.abc import Sequence
from datetime import date


class RegionNotFound(Exception):
    """No region has this id, code or name; `nearest` is the known one most like it."""

    def __init__(self, asked: str, nearest: str | None) -> None:
        super().__init__(asked)
        self.asked, self.nearest = asked, nearest


class RegionMoved(Exception):
    """The region is known, by another name than its id."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region


class AmbiguousRegion(Exception):
    """Two or more regions share this name."""

    def __init__(self, asked: str, regions: Sequence[str]) -> None:
        super().__init__(asked)
        self.asked, self.regions = asked, tuple(regions)


class EditionNotFound(Exception):
    """No edition has this id."""

    def __init__(self, asked: str | None, nearest: str | None = None) -> None:
        super().__init__(asked)
        self.asked, self.nearest = asked, nearest


class UnknownValue(Exception):
    """A parameter has a value that is not among the known ones."""

    def __init__(
        self, parameter: str, asked: str, *, nearest: str | None, allowed: Sequence[str] = ()
    ) -> None:
        super().__init__(parameter)
        self.parameter, self.asked, self.nearest, self.allowed = parameter, asked, nearest, tuple(allowed)


class ReleaseMismatch(Exception):
    """The release that is named belongs to another edition than the one that is named."""

    def __init__(self, release: str, edition: str) -> None:
        super().__init__(release)
        self.release, self.edition = release, edition


class NotYetPublished(Exception):
    """On that day nothing of it had been published here; `first` is the day when something was."""

    def __init__(self, edition: str | None, first: date) -> None:
        super().__init__(edition)
        self.edition, self.first = edition, first


class TooFewRegions(Exception):
    """Fewer regions than can be compared; `least` can."""

    def __init__(self, least: int, got: int) -> None:
        super().__init__(got)
        self.least, self.got = least, got


class TooManyRegions(Exception):
    """More regions than are compared at once; `most` are."""

    def __init__(self, most: int, got: int) -> None:
        super().__init__(got)
        self.most, self.got = most, got
