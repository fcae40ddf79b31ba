"""The Halton model: equations, parameter registry and sources."""
