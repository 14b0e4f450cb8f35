"""Pages of words for residents: life events, help, policies. Written in Markdown in the pack, one file per language."""
