"""What the launcher tells a person instead of a traceback."""


class LaunchError(Exception):
    """A start that cannot go on; its text names the cause and the way out."""
