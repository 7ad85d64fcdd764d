"""The log that shows that nothing was changed."""
