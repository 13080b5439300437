"""Files that items show, and how they arrive."""

from media.models.arrival import Arrival
from media.models.media_file import CameFrom, MediaFile, MediaKind

__all__ = ["Arrival", "CameFrom", "MediaFile", "MediaKind"]
