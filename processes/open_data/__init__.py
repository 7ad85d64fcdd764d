"""What anybody may see without signing in: notices, projects, proofs, the log."""
