"""The analysts' workbench: pages and doors through which a county changes how it works."""
