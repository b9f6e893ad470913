"""Orders, leads, bookings, and what came with chat."""
