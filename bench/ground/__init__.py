"""What a bench stands on: a database server of its own, and a city with many cases."""
