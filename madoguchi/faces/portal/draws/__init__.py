"""抽選: rounds and how they are drawn, entering, one's own entries, and checking a draw oneself."""
