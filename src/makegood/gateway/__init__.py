"""Face: the gateway; a recording proxy with failover that knows no loss, term or award."""
