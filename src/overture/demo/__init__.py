"""A demo shop, its plan, recorded visits and simulated visitors."""
