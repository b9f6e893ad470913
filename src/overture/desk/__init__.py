"""Who is at the desk, who waits, and who gets whom."""
