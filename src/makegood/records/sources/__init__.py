"""One file a format: how it is told apart and how it becomes records."""
