"""Moving running cases (案卷迁移) to another version of their flow, and back."""
