"""Every look at an assessment, shared by the faces."""
