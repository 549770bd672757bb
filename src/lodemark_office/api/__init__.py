"""The office for machines: ``/api/v1`` (JSON, OpenAPI 3.1) and ``/epcis/v2`` (EPCIS 2.0). Thin doors to the same acts."""
