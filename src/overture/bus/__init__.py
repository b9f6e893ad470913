"""News between processes. The bus only brings news; the database is the truth."""
