"""Words that are put together below the edge, named here so that they have an English text."""

ROUNDS = ("施工企业入驻", "施工企业变更", "项目业主入驻", "项目业主变更")
"""What a round of enrolment asks for: its kind and whether it changes something."""

TITLES = ("新建{name}", "授予{name}")
"""Titles of forms in the back office: the act and what it is done to."""

MOMENTS = ("{month}月{day}日 {time}",)
"""A moment inside a sentence that was filled in below the edge."""
