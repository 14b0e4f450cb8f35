"""会議と議事録: the councils, who sits in them, their meetings, papers and minutes."""
