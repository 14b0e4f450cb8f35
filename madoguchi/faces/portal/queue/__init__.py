"""いまの待ち人数: the counters as everybody may watch them, one's own number, and the two questions afterwards."""
