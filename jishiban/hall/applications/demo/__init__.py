"""Believable applications for the demonstration: who applies for what, how it goes on, and going on in real time."""
