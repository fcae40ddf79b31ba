"""What the data say: observations, likelihood, posterior, and how far to trust them."""
