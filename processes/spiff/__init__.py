"""Everything that knows SpiffWorkflow's inside: parsing, sharing specs, state, time."""
