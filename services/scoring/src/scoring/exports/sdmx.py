"""SDMX-CSV 2.0: one observation a line, with what the figure is and why it is missing."""

import csv
import io

from .jsonstat import category
from .model import Dataset, text_of

__all__ = ["STATUS", "write_sdmx"]

# Our reasons in SDMX's code list of observation statuses (CL_OBS_STATUS): what exists and is not here, what
# cannot exist, what is kept back, and what is missing for any other cause.
STATUS = {
    None: "A", "not_held": "L", "not_assessed": "L", "not_applicable": "M", "no_competence": "M",
    "suppressed": "Q",
}  # fmt: skip
OTHER = "O"


def write_sdmx(dataset: Dataset) -> bytes:
    """Return the observations as SDMX-CSV; raises ValueError for a table that is no cube."""
    if (cube := dataset.cube) is None:
        raise ValueError(f"{dataset.name} is no cube")
    about = dataset.about
    columns = [dataset.place(one.column) for one in cube.dimensions]
    value, reason = dataset.place(cube.value), dataset.place(cube.reason)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    names = [one.code for one in cube.dimensions]
    writer.writerow(
        ["STRUCTURE", "STRUCTURE_ID", "ACTION", *names, "OBS_VALUE", "OBS_STATUS", "REASON", "COMMENT_OBS"]
    )
    for row in dataset.rows:
        why, figure = row[reason], row[value]
        held = "" if isinstance(figure, tuple) else text_of(figure)
        writer.writerow(
            [
                "datastructure",
                cube.structure,
                "I",
                *(category(row[column]) for column in columns),
                held,
                STATUS.get(why, OTHER) if why is None or isinstance(why, str) else OTHER,
                why or "",
                about.note or "",
            ]
        )
    return text.getvalue().encode()
