"""The vault: postings that balance by construction, the log that proves them, and what is left of a credit."""
