"""What the world does: the Halton model and the engine that runs it."""
