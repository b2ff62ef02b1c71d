"""Stop 1: attempts, bulletins and charges as records, whatever file they come from."""
