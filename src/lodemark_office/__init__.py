"""The office: the shell around the library. Django, network and clock live here and nowhere else.

Every write takes the five steps of ``acts.write``: read a command, gather facts, decide, append, tell.
"""
