"""The desk of applications: one inbox, one page a case, one form a step, the counter and the head's page."""
