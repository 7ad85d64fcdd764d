"""Names for the library's objects, which carry no types."""

from typing import Any

Spec = Any  # of a process: BpmnProcessSpec
TaskSpec = Any  # of one flow node
Workflow = Any  # an instance or a running sub-process of the library
Json = Any  # whatever JSON can say
