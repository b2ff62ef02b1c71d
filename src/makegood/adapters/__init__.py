"""What speaks to the outside: billing systems, mail servers and web hooks; each an outlet of the same shape."""
