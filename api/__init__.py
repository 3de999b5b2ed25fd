"""Every way in. The only place that reads the environment or prints."""
