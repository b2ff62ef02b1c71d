"""Stop 5: decide what is granted and in which form, and say it as a balanced posting."""
