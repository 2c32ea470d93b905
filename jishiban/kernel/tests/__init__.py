"""What the tests of several rooms share: databases that threads can meet in, and outside platforms to talk to."""
