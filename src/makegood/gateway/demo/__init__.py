"""The demo provider: answers like an AI provider, misbehaves by plan, and knows what it served and charged."""
