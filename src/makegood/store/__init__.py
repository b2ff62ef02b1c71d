"""State in SQL: models and migrations, the only room that knows tables of state."""
