"""Layers: each holds its weights, and remembers what it needs for the way back."""
