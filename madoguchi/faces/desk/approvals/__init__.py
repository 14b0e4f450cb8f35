"""決裁: what waits for me, what I asked for, what is over; one request with its way."""
