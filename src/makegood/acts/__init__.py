"""Every write: one file a verb and noun, one transaction each; an act never calls another act."""
