"""What the commands share: start-up, lines of a report, who acts on the command line."""

from models.identity.actor import PLATFORM, Actor
from models.settings import Settings
from processes.startup import start

OPERATOR: Actor = PLATFORM
"""Acts on the command line are the platform's: whoever may run commands there owns the machine."""


def opened() -> Settings:
    """Read the settings, start up, and return the settings."""
    settings = Settings.from_environ()
    start(settings)
    return settings
