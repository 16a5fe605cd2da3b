"""What happens to a photo: stages in two lanes, run by the queue's workers (docs/explanation/architecture.md)."""
