"""The municipality's digital plan, as data that runs.

For residents, staff and whoever reads the API: what the plan says (goals, measures, items, five years of
schedule, divisions, published figures), word for word as published, and beside it, never mixed with it,
what this installation really does: which items have running services, and what was measured. Nothing here
is typed in as "done": a state is computed from the services that exist.
"""
