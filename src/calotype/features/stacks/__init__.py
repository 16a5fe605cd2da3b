"""Pictures that belong together: the same one twice, twins, bursts, variants of one photo.

Other rooms enter by these names.
"""

from calotype.features.stacks.events import StacksChanged
from calotype.features.stacks.projection import follow_lead, outlive_lead, project_stacks
from calotype.features.stacks.service import Stacks

__all__ = ["Stacks", "StacksChanged", "follow_lead", "outlive_lead", "project_stacks"]
