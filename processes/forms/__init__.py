"""Form schemas checked on the server by the rules the browser uses."""

from processes.forms.findings import Finding, schema_findings
from processes.forms.validate import Checked, check_form
from processes.forms.viewer import for_viewer, with_marks

__all__ = ["Checked", "Finding", "check_form", "for_viewer", "schema_findings", "with_marks"]
