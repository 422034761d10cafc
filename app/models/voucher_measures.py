"""What programmes of vouchers count for: indicators of the plan that are computed, not typed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.voucher_kinds import VoucherMeasure


class ProgrammeIndicator(Record):
    """An indicator that a programme counts for; several programmes add up.

    Attributes:
        per_year: whether it is counted for each year anew.
    """

    __tablename__ = "programme_indicator"

    programme_id: Mapped[str] = link("voucher_programme.id")
    indicator_id: Mapped[str] = link("indicator.id")
    position: Mapped[int]
    measure: Mapped[str] = mapped_column(default=VoucherMeasure.VOUCHERS.value)
    per_year: Mapped[bool] = mapped_column(default=True)

    __table_args__ = table_args(one_of("measure", VoucherMeasure), sa.UniqueConstraint("programme_id", "indicator_id"))
