"""Puts decide() to work on live visits; pacing; what became of each invitation."""
