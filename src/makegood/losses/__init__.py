"""Stop 3: what each account paid for and did not get."""
