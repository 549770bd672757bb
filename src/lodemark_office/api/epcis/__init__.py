"""EPCIS 2.0 over HTTP, ``/epcis/v2``: any client that speaks the standard works unchanged. What it means is in ``custody``."""
