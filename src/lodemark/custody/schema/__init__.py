"""Our own JSON Schema of EPCIS 2.0 events and envelopes (draft 2020-12); GS1's files carry no licence and are not copied."""
