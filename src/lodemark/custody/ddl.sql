-- The custody journal: one text for SQLite and PostgreSQL. {blob} is the engine's word for bytes, {bytewise}
-- how it is told to compare text byte by byte, {key} its cheapest integer key (in SQLite INTEGER is the row itself).
-- Journal tables are append-only: `journal.py` adds triggers that refuse UPDATE and DELETE on both engines.

CREATE TABLE IF NOT EXISTS custody_document (
  seq {key} PRIMARY KEY, sha256 {blob} NOT NULL, media TEXT NOT NULL, bytes {blob} NOT NULL, names TEXT NOT NULL,
  party TEXT NOT NULL, channel TEXT NOT NULL, received_us BIGINT NOT NULL, merkle_root {blob} NOT NULL,
  events BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS custody_document_sha ON custody_document (sha256);

CREATE TABLE IF NOT EXISTS custody_event (
  seq {key} PRIMARY KEY, document BIGINT NOT NULL REFERENCES custody_document (seq), idx BIGINT NOT NULL,
  leaf BIGINT NOT NULL, kind TEXT{bytewise} NOT NULL, event_id TEXT NOT NULL, cbv_hash {blob} NOT NULL,
  strict_digest {blob} NOT NULL, declaration_digest {blob} NOT NULL, party TEXT NOT NULL,
  occurred_us BIGINT NOT NULL, offset_min BIGINT NOT NULL, recorded_us BIGINT NOT NULL, action TEXT,
  step TEXT{bytewise}, disposition TEXT{bytewise}, read_point TEXT{bytewise}, location TEXT{bytewise}, transformation TEXT, holder TEXT, declaration TEXT, lode TEXT,
  raw {blob} NOT NULL,
  UNIQUE (cbv_hash, strict_digest, declaration_digest));
CREATE INDEX IF NOT EXISTS custody_event_id ON custody_event (event_id);
CREATE INDEX IF NOT EXISTS custody_event_occurred ON custody_event (occurred_us, seq);
CREATE INDEX IF NOT EXISTS custody_event_transformation ON custody_event (transformation);
CREATE INDEX IF NOT EXISTS custody_event_step ON custody_event (step, seq);
CREATE INDEX IF NOT EXISTS custody_event_step_occurred ON custody_event (step, occurred_us, seq);
CREATE INDEX IF NOT EXISTS custody_event_location ON custody_event (location, seq);
CREATE INDEX IF NOT EXISTS custody_event_read_point ON custody_event (read_point, seq);

CREATE TABLE IF NOT EXISTS custody_thing (id {key} PRIMARY KEY, uri TEXT{bytewise} NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS custody_alias (thing BIGINT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (text, thing));

CREATE TABLE IF NOT EXISTS custody_event_thing (
  event BIGINT NOT NULL, role TEXT NOT NULL, thing BIGINT NOT NULL, quantity TEXT, uom TEXT, mass_mg BIGINT,
  count BIGINT, amount TEXT{bytewise}, kind TEXT, base TEXT{bytewise});
CREATE INDEX IF NOT EXISTS custody_event_thing_thing ON custody_event_thing (thing, event);
CREATE INDEX IF NOT EXISTS custody_event_thing_event ON custody_event_thing (event);

-- Everything else that can be asked for: transactions, sources, extensions, ILMD, sensors, declarations. `number` is an
-- order-preserving text of the exact decimal, `base` the same in the base unit of `kind`.
CREATE TABLE IF NOT EXISTS custody_event_field (
  event BIGINT NOT NULL, scope TEXT NOT NULL, depth BIGINT NOT NULL, name TEXT NOT NULL, text TEXT{bytewise},
  number TEXT{bytewise}, time_us BIGINT, uom TEXT, kind TEXT, base TEXT{bytewise});
CREATE INDEX IF NOT EXISTS custody_event_field_name ON custody_event_field (name, text, event);
CREATE INDEX IF NOT EXISTS custody_event_field_event ON custody_event_field (event);
-- Who may see an event is asked with every query of a party.
CREATE INDEX IF NOT EXISTS custody_event_field_party ON custody_event_field (text, event)
  WHERE scope IN ('source', 'destination');

-- A copy of a stored event under another id, and every later arrival of the same content.
CREATE TABLE IF NOT EXISTS custody_event_alias (
  event BIGINT NOT NULL, event_id TEXT NOT NULL, document BIGINT NOT NULL, party TEXT NOT NULL,
  recorded_us BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS custody_event_alias_id ON custody_event_alias (event_id);

CREATE TABLE IF NOT EXISTS custody_master_data (
  document BIGINT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, value TEXT, stated_us BIGINT,
  recorded_us BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS custody_master_data_id ON custody_master_data (id);

CREATE TABLE IF NOT EXISTS custody_quarantine (
  seq {key} PRIMARY KEY, sha256 {blob} NOT NULL, bytes {blob} NOT NULL, idx BIGINT, party TEXT NOT NULL,
  recorded_us BIGINT NOT NULL, report TEXT NOT NULL);

CREATE TABLE IF NOT EXISTS custody_finding_seed (
  event BIGINT NOT NULL, rule TEXT NOT NULL, pointer TEXT NOT NULL, facts TEXT NOT NULL, recorded_us BIGINT NOT NULL);

-- Work in progress and standing orders: ordinary rows, not evidence.
CREATE TABLE IF NOT EXISTS custody_job (
  id TEXT PRIMARY KEY, party TEXT NOT NULL, idempotency_key TEXT, sha256 {blob} NOT NULL, created_us BIGINT NOT NULL,
  finished_us BIGINT, behaviour TEXT NOT NULL, success BIGINT, document BIGINT, report TEXT NOT NULL,
  waiting {blob}, asked TEXT,
  UNIQUE (party, idempotency_key));
CREATE TABLE IF NOT EXISTS custody_named_query (
  name TEXT PRIMARY KEY, party TEXT NOT NULL, query TEXT NOT NULL, created_us BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS custody_subscription (
  id TEXT PRIMARY KEY, query TEXT NOT NULL REFERENCES custody_named_query (name), party TEXT NOT NULL,
  body TEXT NOT NULL, cursor_seq BIGINT NOT NULL, failures BIGINT NOT NULL, next_us BIGINT NOT NULL,
  created_us BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS custody_issued_code (
  thing TEXT{bytewise} NOT NULL, class TEXT NOT NULL, span BIGINT NOT NULL, issuer TEXT NOT NULL,
  recorded_us BIGINT NOT NULL, PRIMARY KEY (thing, issuer));
CREATE INDEX IF NOT EXISTS custody_issued_code_class ON custody_issued_code (class);
