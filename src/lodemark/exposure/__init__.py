"""What depends on this licence? Which modules, products and programmes stop, and when, if it does not come.

    world = read_world(path.read_bytes())
    exposure(world, [read_supposed("refused APP-7", world)], horizon_days=365, draws=1000)

Reads product trees, stocks, sources and applications as values; knows nothing of dossiers or decisions.
"""

from lodemark.exposure.exposure import exposure
from lodemark.exposure.model import (
    Alternative,
    Application,
    Exposure,
    ExposureError,
    Fault,
    Item,
    Licence,
    Programme,
    Risk,
    Source,
    Stop,
    Supposed,
    World,
)
from lodemark.exposure.read import read_supposed, read_world

__all__ = [
    "Alternative",
    "Application",
    "Exposure",
    "ExposureError",
    "Fault",
    "Item",
    "Licence",
    "Programme",
    "Risk",
    "Source",
    "Stop",
    "Supposed",
    "World",
    "exposure",
    "read_supposed",
    "read_world",
]
