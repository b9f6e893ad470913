"""The database: engine, commands, outbox, migrations."""
