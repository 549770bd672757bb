"""The office as an issuer of papers: its name, its address, its key."""

from __future__ import annotations

from django.conf import settings

from lodemark.licence.credential import FileSigner
from lodemark_office.acts.papers import Issuer
from lodemark_office.store.keys import signing_key


def issuer() -> Issuer:
    """From the settings and the key file of this office."""
    name = f"{settings.OFFICE.name_zh} · {settings.OFFICE.name_en}"
    return Issuer(name, settings.OFFICE.base_url, FileSigner.of(signing_key("credential")))
