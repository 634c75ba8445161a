"""Regions, editions, published results and statistics."""
