"""計画 on the desk: reports asked for and handed in, what is measured, years that are frozen."""
