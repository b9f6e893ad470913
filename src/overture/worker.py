"""Sweeps the outbox and runs what is due."""
