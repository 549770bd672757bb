"""Credentials: signed, selectively disclosed, checkable offline.

``document`` makes the SD-JWT, the code on the paper and the slip with the goods; ``verify`` reads any of them::

    verdict = verify(text, Trust(keys, statuses=(status_list,)), at)
    verdict.result        # in-force, status-not-current, not-usable, not-genuine
"""

from lodemark.licence.credential.document import Issuance, licence_codes, licence_sd_jwt, slip_code
from lodemark.licence.credential.issued import (
    credential_digest,
    dead_slips,
    issued_record,
    open_dead_slips,
    open_issued,
    sign_dead_slips,
    sign_issued,
    status_of,
    witnessed,
)
from lodemark.licence.credential.jwks import open_keys, publish_keys, read_keys
from lodemark.licence.credential.keys import FileSigner, KeySet, PublicKey, Signer, public_key, read_jwk
from lodemark.licence.credential.qr import LICENCE_VERSION, SLIP_VERSION
from lodemark.licence.credential.sdjwt import Binding, bind, open_sd_jwt, present
from lodemark.licence.credential.status import StatusList, build, open_status, sign_status_cwt, sign_status_jwt
from lodemark.licence.credential.trouble import BadCredential
from lodemark.licence.credential.verify import Expected, Shown, Trust, Verdict, verify

__all__ = [
    "LICENCE_VERSION",
    "SLIP_VERSION",
    "BadCredential",
    "Binding",
    "Expected",
    "FileSigner",
    "Issuance",
    "KeySet",
    "PublicKey",
    "Shown",
    "Signer",
    "StatusList",
    "Trust",
    "Verdict",
    "bind",
    "build",
    "credential_digest",
    "dead_slips",
    "issued_record",
    "licence_codes",
    "licence_sd_jwt",
    "open_dead_slips",
    "open_issued",
    "open_keys",
    "open_sd_jwt",
    "open_status",
    "present",
    "public_key",
    "publish_keys",
    "read_jwk",
    "read_keys",
    "sign_dead_slips",
    "sign_issued",
    "sign_status_cwt",
    "sign_status_jwt",
    "slip_code",
    "status_of",
    "verify",
    "witnessed",
]
