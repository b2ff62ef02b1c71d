"""What taking attempts is made of: journals, what becomes of those without a writer, sealing and commitments."""
