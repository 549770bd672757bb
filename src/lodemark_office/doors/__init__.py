"""The pages: counter (applicants), desk (officers), gate (customs), inspectorate, and what anybody may see.

A page reads, shows, and sends one command; a page that computes a verdict of its own is a bug.
"""
