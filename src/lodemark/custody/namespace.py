"""Prefixes and what they stand for: JSON-LD contexts and XML namespaces in one small value.

Contexts are never fetched. The GS1 context's prefixes are built in by its URLs, inline contexts are read, any other URL is
remembered in ``unknown`` and the validator says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GS1_CONTEXTS = frozenset(
    {
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
        "https://ref.gs1.org/standards/epcis/2.0.1/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)
LODE_CONTEXT = "https://w3id.org/lodemark/ns/lode.jsonld"
LODE = "https://w3id.org/lodemark/ns#"
GS1_VOC = "https://gs1.org/voc/"
CBV = "https://ref.gs1.org/cbv/"
MDA = "urn:epcglobal:cbv:mda:"

BUILT_IN: Mapping[str, str] = {"gs1": GS1_VOC, "cbv": CBV, "cbvmda": MDA, "epcis": "https://ref.gs1.org/epcis/"}


@dataclass(frozen=True, slots=True)
class Names:
    """The prefixes in force at one place of a document. ``form``: ``json`` or ``xml``, which expand values differently."""

    prefixes: Mapping[str, str] = field(default_factory=lambda: BUILT_IN)
    unknown: tuple[str, ...] = ()
    form: str = "json"

    def under(self, context: object) -> Names:
        """These names with a JSON-LD ``@context`` added: a URL, an object, or a list of both."""
        prefixes, unknown = dict(self.prefixes), list(self.unknown)
        for item in context if isinstance(context, list) else [context]:
            if isinstance(item, Mapping):
                prefixes.update((k, v) for k, v in item.items() if isinstance(v, str) and v and not k.startswith("@"))
                # {"ex": {"@id": "https://…"}} is the long way to say the same.
                prefixes.update(
                    (k, v["@id"])
                    for k, v in item.items()
                    if isinstance(v, Mapping) and isinstance(v.get("@id"), str) and v["@id"]
                )
            elif item == LODE_CONTEXT:
                prefixes["lode"] = LODE
            elif isinstance(item, str) and item not in GS1_CONTEXTS:
                unknown.append(item)
        return Names(prefixes, tuple(unknown), self.form)

    def field(self, name: str) -> str:
        """A field name as the event hash writes it: ``{namespace}local``; a name without prefix stays as it is."""
        if name.startswith("{"):
            return name
        prefix, colon, local = name.partition(":")
        if not colon:
            return name
        if prefix in self.prefixes:
            return f"{{{self.prefixes[prefix]}}}{local}"
        if local.startswith("//"):  # a whole URI as a field name: the namespace ends at the last / or #
            at = max(name.rfind("/"), name.rfind("#")) + 1
            return f"{{{name[:at]}}}{name[at:]}"
        return name

    def expand(self, value: str) -> str:
        """A CURIE as the URI it stands for; anything else unchanged."""
        prefix, colon, local = value.partition(":")
        if not colon or local.startswith("//"):
            return value
        space = BUILT_IN.get(prefix) if self.form == "xml" else self.prefixes.get(prefix)
        if self.form == "xml" and prefix not in ("gs1", "cbv"):
            return value  # in XML a prefix inside text is no CURIE
        return space + local if space else value
