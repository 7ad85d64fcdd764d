"""What the small programs on other machines share: a folder of their own, and the way here.

Guardians and witnesses believe nothing the platform says; they need no database and no web server.
"""
