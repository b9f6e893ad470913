"""The demo shop: Nordic Bikes."""
