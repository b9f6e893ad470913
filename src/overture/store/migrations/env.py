"""Alembic asks for this file; migrations are run by overture.store.migrate, inside its transaction."""
