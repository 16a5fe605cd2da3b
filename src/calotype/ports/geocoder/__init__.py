"""Where on earth a photo was taken, in words, and what the clocks said there. Adapters: `offline`, `fake`."""

from .port import Geocoder, GeocoderUnavailable, Place

__all__ = ["Geocoder", "GeocoderUnavailable", "Place"]
