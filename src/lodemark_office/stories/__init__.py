"""Stories: dated lines about fictional companies, played through the acts on any store.

The same file is a test in memory, on SQLite and on PostgreSQL, and what ``./run demo`` shows.
"""
