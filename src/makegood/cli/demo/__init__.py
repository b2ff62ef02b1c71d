"""Demo: a month that makegood makes for itself, and the comparison of what it finds with what was planted."""
