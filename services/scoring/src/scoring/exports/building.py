"""From what is held to the table of a dataset, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from scoring.domain import Region, Statistic
from scoring.service.exporting import Asked, Grounds
from servicekit.codelists import Lists

from .about import about_release, about_today
from .codelists import codelists_table
from .csvfmt import Dialect
from .formats import Written, write
from .indicators import answers_table, indicators_table, workings
from .live import Workings
from .model import About, Dataset
from .outcomes import outcomes_table
from .regions import regions_table
from .scores import scores_table
from .words import Say

__all__ = ["Builder", "Export"]


@dataclass(frozen=True)
class Export:
    """A file, and what its headers tell."""

    file: Written
    about: About


@dataclass(frozen=True)
class Builder:
    """Builds files in one format, for one reader; `base` is the platform's address."""

    say: Say
    base: str
    suffix: str
    dialect: Dialect = "rfc4180"

    def scores(self, grounds: Grounds) -> Export:
        """Return the scores; those that were computed here as formulas, where the format has them."""
        held, asked = grounds.snapshot, grounds.questionnaire
        live = asked is not None and bool(grounds.records) and self.suffix == "xlsx"
        about = self._of_release("scores", grounds, live=live)
        table = scores_table(about, held.regions, held.sheets, self.say)
        return self._written(table, workings(asked, grounds.records, self.say) if asked and live else None)

    def answers(self, grounds: Grounds) -> Export:
        """Return the answers of both experts, and what was decided."""
        about, held = self._of_release("answers", grounds), grounds.snapshot
        table = answers_table(about, held.regions, grounds.questionnaire, grounds.records, self.say)
        return self._written(table)

    def indicators(self, asked: Asked) -> Export:
        """Return what an edition asks."""
        file = f"indicators.{self.suffix}"
        about = about_release(self.say, self.base, file, asked.edition, asked.release)
        return self._written(indicators_table(about, asked.questionnaire, asked.edition.id, self.say))

    def outcomes(self, regions: Mapping[str, Region], statistics: Sequence[Statistic]) -> Export:
        """Return outcome statistics."""
        moments = [one.changed_at for one in statistics if one.changed_at]
        moments += [region.changed_at for region in regions.values()]
        about = about_today(self.say, self.base, f"outcomes.{self.suffix}", moments)
        return self._written(outcomes_table(about, regions, statistics, self.say))

    def regions(self, regions: Sequence[Region], uri: Callable[[str, str], str]) -> Export:
        """Return regions; `uri` makes the lasting address of a thing of a kind."""
        moments = [region.changed_at for region in regions]
        about = about_today(self.say, self.base, f"regions.{self.suffix}", moments)
        return self._written(regions_table(about, regions, partial(uri, "regions"), self.say))

    def codelists(self, lists: Lists) -> Export:
        """Return code lists."""
        about = about_today(self.say, self.base, f"codelists.{self.suffix}", [])
        return self._written(codelists_table(about, lists, self.say))

    def _of_release(self, dataset: str, grounds: Grounds, *, live: bool = False) -> About:
        held = grounds.snapshot
        file = f"{dataset}.{self.suffix}"
        return about_release(self.say, self.base, file, held.edition, held.release, live=live)

    def _written(self, table: Dataset, figures: Workings | None = None) -> Export:
        return Export(write(table, self.suffix, dialect=self.dialect, workings=figures), table.about)
