"""Points and boxes on the map, in degrees (WGS 84)."""

from dataclasses import dataclass

__all__ = ["BBox", "Point"]


@dataclass(frozen=True)
class Point:
    """A place; `precision` says how much of the place the point stands for."""

    lat: float
    lon: float
    precision: str

    def __post_init__(self) -> None:
        """Raise ValueError when this is no place on Earth."""
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError("latitude is -90 to 90, longitude -180 to 180")


@dataclass(frozen=True)
class BBox:
    """A box as in GeoJSON: west, south, east, north. West beyond east crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        """Raise ValueError when the sides are no latitudes and longitudes, or south is above north."""
        if not (-180 <= self.west <= 180 and -180 <= self.east <= 180):
            raise ValueError("west and east are -180 to 180")
        if not (-90 <= self.south <= self.north <= 90):
            raise ValueError("south and north are -90 to 90, south first")

    @classmethod
    def parse(cls, text: str) -> "BBox":
        """Read `west,south,east,north`; raises ValueError."""
        west, south, east, north = (float(part) for part in text.split(","))
        return cls(west, south, east, north)

    def holds(self, lat: float, lon: float) -> bool:
        """Tell whether a place is inside, the sides included."""
        if not self.south <= lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return lon >= self.west or lon <= self.east
