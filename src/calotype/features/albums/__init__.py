"""Albums: photos that somebody put together, and albums of the best. Other rooms enter by these names."""

from calotype.features.albums.curation import Curation
from calotype.features.albums.errors import AlbumNotFound
from calotype.features.albums.events import PhotosPutIntoAlbum, PhotosTakenOutOfAlbum
from calotype.features.albums.projection import project_albums, put_back_into_albums
from calotype.features.albums.schemas import Album, AlbumSummary
from calotype.features.albums.service import Albums

__all__ = [
    "Album",
    "AlbumNotFound",
    "AlbumSummary",
    "Albums",
    "Curation",
    "PhotosPutIntoAlbum",
    "PhotosTakenOutOfAlbum",
    "project_albums",
    "put_back_into_albums",
]
