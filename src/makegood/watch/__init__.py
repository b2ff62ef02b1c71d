"""Face: the watch; status pages and own traffic in, alerts out."""
