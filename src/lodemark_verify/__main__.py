"""``python -m lodemark_verify``."""

from lodemark_verify import main

main()
