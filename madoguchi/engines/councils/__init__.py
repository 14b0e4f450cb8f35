"""Councils (審議会・会議体): members, meetings with agenda, materials and minutes, as everybody may read them."""
