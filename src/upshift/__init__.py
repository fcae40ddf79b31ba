"""upshift: how earlier help moves demand away from police and emergency services."""
