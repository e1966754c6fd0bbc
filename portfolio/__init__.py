"""Many members, one answer."""
