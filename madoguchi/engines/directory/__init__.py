"""Who does what in the city hall, and where to reach them: divisions with their contacts, and counters."""
