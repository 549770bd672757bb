"""Loaded before anything else (``-p tests.environment``): the office of a test run lies in a folder of its own.

pytest-django reads the settings before it reads a conftest, so this cannot stand in one.
"""

import os
import tempfile

os.environ.setdefault("LODEMARK_MODE", "test")
os.environ.setdefault("LODEMARK_DATA_DIR", tempfile.mkdtemp(prefix="lodemark-test-"))
