"""History and customers in a relational database: SQLite by default, PostgreSQL when asked for."""
