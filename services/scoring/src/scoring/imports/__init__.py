"""Bringing outcome figures in: what Eurostat serves, and a table that a region or an expert fills.

Parsers are pure: bytes in, observations and refusals out, each with its place in the file. What becomes of
them is decided by `planning`, and written by the service.
"""
