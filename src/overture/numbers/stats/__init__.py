"""Statistics on frozen sufficient statistics."""
