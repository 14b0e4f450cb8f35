"""The residents' door: coming in, opening an account, coming back when everything was lost."""
