"""Measurements beside the bare limit, in one run. `make bench`, or `python -m bench looks messages`."""
