"""Reading files: outcome figures as Eurostat serves them, or in a table of ours; an expert's workbook.

Parsers are pure: bytes in, what stands there and what is refused out, each with its place in the file. What
becomes of figures is decided by `planning`, and written by the service.
"""
