"""Overture: a live chat operation."""

__version__ = "0.1.0"
