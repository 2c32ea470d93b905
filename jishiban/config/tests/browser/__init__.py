"""The journeys in a real browser, against a hall of its own in a process of its own."""
