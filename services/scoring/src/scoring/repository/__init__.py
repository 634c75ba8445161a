"""SQL of scoring, one module for each kind of work."""

from .reading import RegionFilter, Repository

__all__ = ["RegionFilter", "Repository"]
