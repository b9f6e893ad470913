"""The plan, its conditions, and what they decide."""
