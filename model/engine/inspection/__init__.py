"""What a model is made of, for a reader: its numbers, equations, feedback loops and pictures."""
