"""Presence, capacity, queue, assignment."""
