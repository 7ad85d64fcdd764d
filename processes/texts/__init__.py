"""Texts of notices and letters for those who write them: fields in words, previews, findings."""
