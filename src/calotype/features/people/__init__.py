"""Who is on the photos: faces that belong together, and what their owner says of them. The door of the room."""

from calotype.features.people.events import PeopleChanged
from calotype.features.people.projection import apply_face_decisions, project_people
from calotype.features.people.service import People
from calotype.features.people.words import DRAWN_PROVIDERS

__all__ = ["DRAWN_PROVIDERS", "People", "PeopleChanged", "apply_face_decisions", "project_people"]
