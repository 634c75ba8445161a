"""Work off line: an expert's own answers as a workbook, out and in.

`form` is what both directions agree on, `writing` makes the workbook, `reading` takes one back: bytes in,
rows out, each with the places of its cells. What becomes of the rows is for the service to say.
"""
