"""From a fresh clone to a running product: environment, packages, front ends, checks. Standard library only."""
