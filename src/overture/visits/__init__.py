"""Visitors, live visits, events, facts, the visit log."""
