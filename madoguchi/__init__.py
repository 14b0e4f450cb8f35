"""Madoguchi: a city hall you can run. Mechanism is code, policy is data (see docs/start-here.md)."""

__version__ = "0.1.0"
