"""Who is who: accounts (how one signs in), parties (whom it is about), divisions, posts and roles."""
