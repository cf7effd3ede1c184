"""Messages: what is not sent has a job."""

from dashboard.check.condition import by_sql

_JOB = "FROM job j WHERE j.key = 'message:' || m.id"

CONDITIONS = (
    by_sql(
        "message_has_job", "I12", "a message that is not sent has a job that sends it, or is a dead letter on the desk",
        f"SELECT m.id, m.order_id, m.status FROM order_message m WHERE m.status <> 'sent' AND NOT EXISTS (SELECT 1 {_JOB}"  # noqa: S608
        " AND j.status <> 'done')",
    ),
)  # fmt: skip
