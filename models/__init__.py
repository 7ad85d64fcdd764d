"""The domain: what is stored, and the pure rules about it."""
