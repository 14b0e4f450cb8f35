"""Bookings on the desk: the calendar, booking for anybody, and what the city does to times of its own."""
