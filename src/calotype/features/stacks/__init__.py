"""Pictures that belong together: the same one twice, twins, bursts, and variants of one photo. Other rooms enter by these names."""

from calotype.features.stacks.projection import project_stacks
from calotype.features.stacks.service import Stacks

__all__ = ["Stacks", "project_stacks"]
