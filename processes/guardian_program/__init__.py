"""A guardian's own program: a folder, a key and a clock of its own, and no database.

It knows of the platform its address, a token and the public key of its log, and believes nothing
else that is not proven against that key.
"""
