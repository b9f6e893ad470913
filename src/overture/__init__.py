"""Overture: a live chat operation."""
