"""What is stored of flows: definitions, running instances, work items, jobs."""
