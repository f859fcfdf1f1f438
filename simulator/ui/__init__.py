"""The app: what a page shows, what it asks, and what it computes in between."""
