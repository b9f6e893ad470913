"""Conversations: their lifecycle, messages, notes, delivery, transfer."""
