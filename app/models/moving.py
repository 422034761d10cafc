"""What money stands on, and why it moves; the other floors know these as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class AccountKind(StrEnum):
    """Kind of an account of the ledger."""

    OUTSIDE = "outside"  # the world that money comes from; the only one below zero
    PLAN = "plan"
    SOURCE = "source"
    AREA = "area"
    PROJECT = "project"
    PROGRAMME = "programme"  # of vouchers
    FIRM = "firm"  # budget of a firm within a programme of vouchers
    HELD = "held"  # money reserved within its parent
    PAID = "paid"  # money of the project, programme or firm above it that was paid out


class TransferKind(StrEnum):
    """Why money moved."""

    FUNDING = "funding"  # a source's money came in, by an act
    ALLOCATION = "allocation"  # from sources to areas
    AWARD = "award"  # from an area to a project
    RESIDUE = "residue"
    PREMIUM = "premium"
    SAVINGS = "savings"
    RESCALE = "rescale"
    AMENDMENT = "amendment"
    PROVISION = "provision"  # from a project to a programme of vouchers, from this to a firm's budget, and back
    RESERVATION = "reservation"
    SETTLEMENT = "settlement"  # a reservation posted, in full or in part
    RELEASE = "release"  # a reservation voided, or what is left of it
    PAYMENT = "payment"  # from a project to whoever carries it out
    RECOVERY = "recovery"  # paid money that came back, to the area
    REVOCATION = "revocation"  # from a project back to its area
    REVERSAL = "reversal"
