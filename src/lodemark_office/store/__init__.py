"""Where dossiers live: the only ``models.py`` of the project, the only writer of what counts, rebuild and audit."""
