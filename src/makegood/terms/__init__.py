"""Stop 4: dated terms, what they measure and what they owe."""
