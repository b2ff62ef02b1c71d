"""Stop 2: incidents, found in attempts and met with bulletins."""
