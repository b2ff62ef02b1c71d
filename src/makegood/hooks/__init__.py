"""Face: hooks; they record every attempt of an SDK client or a transport, without a gateway."""
