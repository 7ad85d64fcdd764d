"""Insight (流程分析): where cases wait, how long steps take, what comes back, what is late."""
