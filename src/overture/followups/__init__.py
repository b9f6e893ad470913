"""Wrap-up, next steps, promises, hand-off ledger."""
