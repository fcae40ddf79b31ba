"""What people might decide, what might happen to them, and what comes of it."""
