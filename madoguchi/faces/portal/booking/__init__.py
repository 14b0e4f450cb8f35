"""予約: what is free, holding and booking it, one's own bookings and places in line."""
