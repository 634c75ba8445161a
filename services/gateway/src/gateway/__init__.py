"""The public door of the platform: it joins, caches and passes on, and owns nothing."""

__version__ = "0.1.0"

__all__ = ["__version__"]
