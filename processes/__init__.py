"""Flows: the only folder that knows SpiffWorkflow and lxml."""
