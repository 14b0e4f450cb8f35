"""Counters and their queues: numbers without gaps, calls, honest waits."""
