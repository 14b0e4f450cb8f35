"""What a city hall does. Engines know nothing of HTTP; they are entered by services, queries, errors and events."""
