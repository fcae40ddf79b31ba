"""What the data say. The first version ships no posterior: every result is uncalibrated."""
