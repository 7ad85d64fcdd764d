"""Who: counties, parties, accounts, grants, tokens."""
