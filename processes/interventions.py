"""What system keepers may do to a running case: suspend, resume, retry, always with a reason."""

from hashlib import sha256

from models.flow.instance import InstanceStatus
from processes import access, holding, saving
from processes.case_errors import InstanceNotRunningError
from processes.case_runner import CaseRunner

FAILURE = 500


def suspend(case: CaseRunner, reason: str) -> None:
    """Stop a case: it accepts nothing and no timer fires until it is resumed."""
    access.check_keeper(case.actor, reason)
    holding.check_running(case.instance.status)
    values = {
        "status": InstanceStatus.SUSPENDED,
        "next_check": None,
        "failure": reason[:FAILURE],
    }
    saving.store_state(case.session, case.instance, values)
    _log(case, "instance:suspended", reason)


def resume(case: CaseRunner, reason: str) -> None:
    """Let a suspended case go on; timers that came due meanwhile fire at the next look."""
    _go_on(case, InstanceStatus.SUSPENDED, "instance:resumed", reason)


def retry(case: CaseRunner, reason: str) -> None:
    """Let a failed case try its automatic step again."""
    _go_on(case, InstanceStatus.FAILED, "instance:retried", reason)


def _go_on(case: CaseRunner, was: InstanceStatus, action: str, reason: str) -> None:
    access.check_keeper(case.actor, reason)
    if case.instance.status != was:
        raise InstanceNotRunningError(status="的状态已变化")
    values = {
        "status": InstanceStatus.RUNNING,
        "next_check": case.load().next_due(),
        "failures": 0,
        "failure": "",
    }
    saving.store_state(case.session, case.instance, values)
    _log(case, action, reason)


def _log(case: CaseRunner, action: str, reason: str) -> None:
    # the log is open to everybody: a reason in free words enters it as its hash alone
    case.log(action, {"reason_sha256": sha256(reason.encode()).hexdigest()})
