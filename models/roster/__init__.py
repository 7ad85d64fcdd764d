"""The roster (名册库): who may take part in what."""
