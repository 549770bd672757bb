"""The API: its authentication, its JSON, its errors, its limits. What it does lies in the modules of each noun."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.openapi.schema import OpenAPISchema, get_schema
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from lodemark import Error, Reason, __version__
from lodemark_office.api import (
    agreements,
    appeals,
    applications,
    assays,
    balances,
    cases,
    documents,
    evidence,
    findings,
    licences,
    matter,
    proceedings,
    rulebooks,
    sealed,
)
from lodemark_office.api.answers import errored
from lodemark_office.api.caller import Key, Session
from lodemark_office.api.reading import StrictParser
from lodemark_office.doors.parts.trouble import problem

RATE = "600/m"
NOUNS = {
    "applications": applications.router,
    "sealed": sealed.router,
    "disclosures": sealed.disclosures,
    "documents": documents.router,
    "cases": cases.router,
    "appeals": appeals.router,
    "licences": licences.router,
    "proceedings": proceedings.router,
    "customs": licences.customs,
    "agreements": agreements.router,
    "standing": agreements.standing,
    "findings": findings.router,
    "assays": assays.router,
    "codebooks": assays.codes,
    "balances": balances.router,
    "inspections": matter.inspections,
    "lots": matter.lots,
    "lists": matter.lists,
    "dossiers": evidence.dossiers,
}
DESCRIPTION = (
    "Every write takes an Idempotency-Key and is answered with a receipt, or with every reason at once. "
    "Refusals are 422, a key used for other content 409, unknown or not yours 404, storage trouble 503 with Retry-After."
)


class Api(NinjaAPI):
    """Problems are declared as what they are: ``application/problem+json``."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None) -> OpenAPISchema:
        """The OpenAPI 3.1 document."""
        return _document(self, path_prefix or self.get_root_path(path_params or {}))


@cache  # seconds to make, and the same for as long as the process lives
def _document(api: Api, path_prefix: str) -> OpenAPISchema:
    schema = get_schema(api, path_prefix)
    for path in schema["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if int(status) >= 400 and "content" in response:
                    response["content"] = {"application/problem+json": response["content"]["application/json"]}
    return schema


api = Api(
    title="Lodemark",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,  # its page would load scripts from elsewhere; the document itself is at openapi.json
    auth=[Key(), Session()],
    throttle=[AuthRateThrottle(RATE), AnonRateThrottle(RATE)],
    parser=StrictParser(),
    urls_namespace="api",
)
api.add_router("/applications", sealed.invitations)
api.add_router("/licences", balances.of_licences)
for _prefix, _router in NOUNS.items():
    api.add_router(f"/{_prefix}", _router)
api.add_router("/", rulebooks.router)
api.add_router("/", evidence.public)


@api.exception_handler(Error)
def failed(request: HttpRequest, error: Error) -> HttpResponse:
    """One table for every door."""
    return errored(error)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter that is missing or not of its type; all of them at once."""
    reasons = [_parameter(each) for each in error.errors]
    return problem(400, reasons)


@api.exception_handler(AuthenticationError)
def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Neither a session nor a key that holds."""
    response = problem(401, [Reason("api-who")])
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(Throttled)
def too_fast(request: HttpRequest, error: Throttled) -> HttpResponse:
    """More than the rate allows; ``Retry-After`` says when to go on."""
    seconds = int(error.wait or 1) + 1
    response = problem(429, [Reason("api-rate", None, {"seconds": seconds})])
    response.headers["Retry-After"] = str(seconds)
    return response


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself refuses."""
    return problem(error.status_code, [Reason("api-parameter", None, {"where": "request", "name": "", "why": error.message})])


def _parameter(told: dict[str, Any]) -> Reason:
    where, name, *_ = (*(str(step) for step in told["loc"]), "", "")
    if name.lower() == "idempotency-key":
        return Reason("idempotency-key-missing")
    return Reason("api-parameter", None, {"where": where, "name": name, "why": told["msg"]})
