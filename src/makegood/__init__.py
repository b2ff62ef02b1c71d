"""makegood: finds what an AI service failed to deliver, what it cost, and what the terms owe."""
