"""What the tests of several rooms share: threads that start together, and outside platforms to talk to."""
