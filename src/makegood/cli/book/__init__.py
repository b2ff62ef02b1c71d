"""The commands of the book: people, imports, campaigns, the ledger, single awards and the worker."""
