"""A county's rules (县区规则) for who changes them: read, edited as dated values, tried."""
