"""What a sweep is for: what drives the answer, when it flips, the best use of a budget."""
