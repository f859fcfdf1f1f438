"""Ways from the factory to the consumer, and what they cost."""
