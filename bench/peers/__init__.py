"""Other programs that do the same work, each in a virtual environment of its own under var/bench/."""
