"""Rectangles of a picture, relative to it: how much two of them share. Faces and regions are compared by this alone."""

from typing import Protocol


class Rectangle(Protocol):
    """Left edge, top edge, width and height, 0..1."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


def shared_area(one: Rectangle, other: Rectangle) -> float:
    """Return the area that two rectangles have in common."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(0.0, width) * max(0.0, height)


def overlap(one: Rectangle, other: Rectangle) -> float:
    """Return the intersection of two rectangles over their union, 0..1 (the Jaccard index)."""
    shared = shared_area(one, other)
    return shared and shared / (one.width * one.height + other.width * other.height - shared)
