"""Plumbing that the services share."""
