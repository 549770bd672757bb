"""The one write path and the acts that use it, free of Django: they run on any ``Store``.

The stories play through these acts in memory, on SQLite and on PostgreSQL; the doors and the API call the same ones.
"""
