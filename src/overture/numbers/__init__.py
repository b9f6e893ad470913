"""Pure statistics and staffing arithmetic; imports nothing of Overture."""
