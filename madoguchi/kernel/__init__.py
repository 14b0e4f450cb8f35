"""Small, boring, depended on by everything above it."""
