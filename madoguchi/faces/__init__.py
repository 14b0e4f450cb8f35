"""Where people and machines come in. Faces show and ask; they never decide and never write."""
