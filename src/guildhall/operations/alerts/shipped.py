"""Shipped: the rules that come with the product, so that the first failure does not go unseen."""

from guildhall.operations.alerts.schemas import RuleIn

_MINUTE, _HOUR = 60, 3600

SHIPPED: dict[str, RuleIn] = {
    "call_errors": RuleIn(
        name="Many calls fail",
        metric="calls.error_percent",
        threshold=20,
        for_seconds=2 * _MINUTE,
        severity="critical",
    ),
    "channel_failing": RuleIn(
        name="A channel fails",
        metric="channels.error_percent",
        threshold=50,
        for_seconds=2 * _MINUTE,
        severity="warning",
    ),
    "jobs_failed": RuleIn(name="Jobs have failed", metric="jobs.failed", threshold=0, severity="warning"),
    "jobs_waiting": RuleIn(
        name="Jobs wait too long",
        metric="jobs.queued_seconds",
        threshold=5 * _MINUTE,
        for_seconds=_MINUTE,
        severity="critical",
    ),
    "disk": RuleIn(
        name="The disk is nearly full",
        metric="disk.used_percent",
        threshold=90,
        for_seconds=_MINUTE,
        repeat_seconds=24 * _HOUR,
        severity="critical",
    ),
    "database": RuleIn(
        name="The database does not answer",
        metric="database.away_seconds",
        threshold=30,
        severity="critical",
    ),
    "events": RuleIn(
        name="Events do not flow between processes",
        metric="events.away",
        threshold=0,
        for_seconds=30,
        severity="critical",
    ),
    "sign_ins": RuleIn(
        name="Many sign-ins fail",
        metric="sign_ins.failed",
        threshold=50,
        severity="warning",
    ),
    "loop": RuleIn(
        name="A process answers slowly",
        metric="processes.loop_lag_seconds",
        threshold=0.5,
        for_seconds=_MINUTE,
        severity="warning",
    ),
    "silent": RuleIn(
        name="A process has fallen silent",
        metric="processes.silent_seconds",
        threshold=_MINUTE,
        severity="warning",
    ),
    "undelivered": RuleIn(
        name="Alerts could not be delivered",
        metric="alerts.undelivered",
        threshold=0,
        severity="warning",
    ),
}
