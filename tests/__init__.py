"""Tests about the whole: the house, and journeys. Tests of one engine stand beside it."""
