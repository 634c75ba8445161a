"""What sdmx1 reads from SDMX-CSV on standard input, by the structure that the file names."""

import io
import json
import sys

from sdmx.model import common, v30
from sdmx.reader.csv import Reader

DIMENSIONS = ("EDITION", "REF_AREA", "CELL")
ATTRIBUTES = ("OBS_STATUS", "REASON", "COMMENT_OBS")

structure = v30.DataStructureDefinition(id="SCORES", version="1.0.0")
for name in DIMENSIONS:
    structure.dimensions.append(common.Dimension(id=name))
structure.measures.append(v30.Measure(id="OBS_VALUE"))
for name in ATTRIBUTES:
    structure.attributes.append(common.DataAttribute(id=name))

(data,) = Reader().convert(io.BytesIO(sys.stdin.buffer.read()), structure=structure).data
found = [
    [
        *(one.dimension.values[name].value for name in DIMENSIONS),
        one.value,
        *(one.attached_attribute[name].value for name in ATTRIBUTES),
    ]
    for one in data.obs
]
json.dump(found, sys.stdout)
