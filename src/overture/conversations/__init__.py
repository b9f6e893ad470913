"""The talk itself: lifecycle, messages, notes, delivery, transcript, transfer."""
