"""Booking (予約): places and times that people may take, so that nobody is promised what another already has."""
