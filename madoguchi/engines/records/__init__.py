"""Registers of people and things beside the services: interviews, groups, lent devices, cases told without names."""
