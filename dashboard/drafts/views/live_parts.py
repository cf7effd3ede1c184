"""What the room of drafts shows when one was saved, placed or discarded: the list and the draft's page are fetched again.

A draft is a form: what somebody is typing stays, the rest becomes what was saved, and saving over it is a conflict as before.
"""

from dashboard.kernel.actor import Actor
from dashboard.web import livepage
from dashboard.web.livepage import Changes, Id, Payload


@livepage.provider("drafts")
def changed_drafts(changes: Changes, _actor: Actor) -> Payload:
    moved = {int(event.id): event.version for event in changes.events if event.entity == "draft"}
    mailed = {event.data["draft_id"] for event in changes.events if event.entity == "message"}
    pages = [Id(f"draft-page-{draft_id}", version) for draft_id, version in moved.items()]
    mails = [Id(f"draft-page-{draft_id}", livepage.clock_version()) for draft_id in sorted(mailed - {None})]
    return Payload(ids=[Id("drafts", livepage.clock_version()), *pages, *mails])
