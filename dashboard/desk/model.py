"""When somebody was at the desk last."""

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from dashboard.kernel.columns import Base


class DeskVisit(Base):
    """One person's last two visits of the page of today, as places in the event log.

    since_*: where the visit before this one ended: what came after it is news. seen_*: where the present one stands.
    """

    __tablename__ = "desk_visit"
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since_seq: Mapped[int]
    since_at: Mapped[dt.datetime]
    seen_seq: Mapped[int]
    seen_at: Mapped[dt.datetime]
