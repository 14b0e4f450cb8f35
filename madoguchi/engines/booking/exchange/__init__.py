"""Files that go to and fro: capacities from whose places they are, bookings back to them."""
