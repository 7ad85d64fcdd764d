"""What the editors of forms and decisions ask while somebody edits: findings, uses, trials."""
