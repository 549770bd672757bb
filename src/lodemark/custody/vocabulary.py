"""The words of the Core Business Vocabulary 2.0 as data, and the one spelling each of them is stored and hashed in.

A CBV word has three spellings: bare (``shipping``), web URI (``https://ref.gs1.org/cbv/BizStep-shipping``) and the old
URN (``urn:epcglobal:cbv:bizstep:shipping``). The web URI is canonical. Source: GS1 CBV 2.0, sections 7 and 8; GS1 Web
Vocabulary measurement types.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from lodemark.custody.namespace import CBV, GS1_VOC, LODE


@dataclass(frozen=True, slots=True)
class WordList:
    """One list of words: the URI stem they live under, the old URN stem, and the words."""

    stem: str
    urn: str | None
    words: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STEPS = WordList(
    CBV + "BizStep-",
    "urn:epcglobal:cbv:bizstep:",
    _words("""accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting installing
    killing loading other packing picking receiving removing repackaging repairing replacing reserving retail_selling
    sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
    void_shipping"""),
)
DISPOSITIONS = WordList(
    CBV + "Disp-",
    "urn:epcglobal:cbv:disp:",
    _words("""active available completeness_inferred completeness_verified conformant container_closed container_open
    damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class
    mismatch_instance mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other
    partially_dispensed recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen
    unavailable unknown"""),
)
TRANSACTION_TYPES = WordList(
    CBV + "BTT-",
    "urn:epcglobal:cbv:btt:",
    _words("bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt"),
)
PARTY_TYPES = WordList(CBV + "SDT-", "urn:epcglobal:cbv:sdt:", _words("location owning_party possessing_party"))
ERROR_REASONS = WordList(CBV + "ER-", "urn:epcglobal:cbv:er:", _words("did_not_occur incorrect_data"))
COMPONENTS = WordList(
    CBV + "Comp-",
    None,
    _words("""altitude axial_distance azimuth easting elevation_angle height latitude longitude northing polar_angle
    spherical_radius x y z"""),
)
ALARMS = WordList(GS1_VOC, None, _words("ALARM_CONDITION ERROR_CONDITION"))
MEASUREMENTS = WordList(
    GS1_VOC,
    None,
    _words("""AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area Capacitance
    Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity EffectiveDose EffectiveDoseRate
    ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy Exposure Force Frequency
    HeatCapacity HeatConductance HeatFlux Illuminance Inductance Irradiance KinematicViscosity Latitude Length
    LinearMomentum Longitude Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity
    MagneticVectorPotential Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute
    MolarEnergy MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity
    Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque
    Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber"""),
)

# Our own terms, documented in both languages. The regime extends EPCIS, it does not fork it: a standard client sees
# valid events.
LODE_TERMS: Mapping[str, Mapping[str, str]] = json.loads(
    (resources.files("lodemark.custody") / "context" / "lode.jsonld").read_text(encoding="utf-8")
)["terms"]

# (kind of member, field) -> the list its bare words come from
FIELDS: Mapping[str, WordList] = {
    "bizStep": STEPS,
    "disposition": DISPOSITIONS,
    "set": DISPOSITIONS,
    "unset": DISPOSITIONS,
    "bizTransaction.type": TRANSACTION_TYPES,
    "source.type": PARTY_TYPES,
    "destination.type": PARTY_TYPES,
    "reason": ERROR_REASONS,
    "sensorReport.type": MEASUREMENTS,
    "exception": ALARMS,
    "component": COMPONENTS,
}
_URNS: Mapping[str, WordList] = {
    words.urn: words for words in (STEPS, DISPOSITIONS, TRANSACTION_TYPES, PARTY_TYPES, ERROR_REASONS) if words.urn
}


def from_urn(value: str) -> str:
    """The web URI of a CBV word written as URN, in any field; other values unchanged."""
    if not value.startswith("urn:epcglobal:cbv:"):
        return value
    for urn, words in _URNS.items():
        if value.startswith(urn):
            return words.stem + value[len(urn) :]
    return value


def is_bare(value: str) -> bool:
    """A word with neither scheme nor prefix."""
    return ":" not in value and "/" not in value


def bare(value: str, field: str) -> str:
    """The shortest spelling of a canonical word, as JSON writers use it."""
    words = FIELDS.get(field)
    if words and value.startswith(words.stem) and value[len(words.stem) :] in words.words:
        return value[len(words.stem) :]
    return value


def lode_term(value: str) -> str | None:
    """The local name of a value or field in the ``lode:`` namespace, else None."""
    return value[len(LODE) :] if value.startswith(LODE) else None
