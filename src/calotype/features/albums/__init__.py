"""Albums: photos that somebody put together. Other rooms enter by these names."""

from calotype.features.albums.curation import Curation
from calotype.features.albums.errors import AlbumNotFound
from calotype.features.albums.events import PhotosPutIntoAlbum
from calotype.features.albums.projection import project_albums
from calotype.features.albums.schemas import Album, AlbumSummary
from calotype.features.albums.service import Albums

__all__ = ["Album", "AlbumNotFound", "AlbumSummary", "Albums", "Curation", "PhotosPutIntoAlbum", "project_albums"]
