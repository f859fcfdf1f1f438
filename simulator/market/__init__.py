"""Markets: platform, environment and rules."""
