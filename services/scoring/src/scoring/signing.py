"""Who signs releases here, by the settings."""

from .keys import KeyRing
from .proof import Signer
from .settings import Settings

__all__ = ["signer_of"]


def signer_of(settings: Settings) -> Signer | None:
    """Return who signs, or None where no key ring is set; raises KeyRingError for one that cannot be used."""
    if settings.signing_key_file is None:
        return None
    return Signer(KeyRing.load(settings.signing_key_file), settings.public_base_url)
