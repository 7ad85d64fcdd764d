"""The fixed HTTP interface for programs, described at ``/api/v1/openapi.json``."""
