"""The catalogue of regional practices, its search, and the worker that keeps the index in step."""

__all__ = ["__version__"]

__version__ = "0.1.0"
