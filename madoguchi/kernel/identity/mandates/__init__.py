"""代理・法定代理・委任: one party acts for another, in named procedures, for a term, until it is taken back."""
