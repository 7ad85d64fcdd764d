"""The witness: a small program beside the platform that follows its log and co-signs it.

It has a folder and a key of its own and no database, and knows of the platform its address and
the public key of its log alone.
"""
