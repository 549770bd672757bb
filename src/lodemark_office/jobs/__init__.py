"""What the office does by itself, outside any request: ``python -m lodemark_office work``."""
