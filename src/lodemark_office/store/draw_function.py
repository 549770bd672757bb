"""``lodemark_draw``: one call that writes a reservation, or its refusal, that was decided before the head was held.

The law is in ``lodemark.licence``; here is compared only what can change between deciding and writing. A reservation
stands if no act has changed the licence since (``gate``) and the amounts asked are available *now*; a refusal if nothing
at all has changed (``moved``). Otherwise ``stale``: the caller decides again under the lock. One row lock, taken first, so
every later statement sees what the last holder left (READ COMMITTED takes a new snapshot per statement).

The chain digest is the one of ``lodemark.ledger.chain``; ``audit`` recomputes it by that other implementation.
"""

from __future__ import annotations

from typing import Final

_SIGNATURE: Final = (
    "text, text, text, integer, bigint, text, date, bytea, timestamptz, text[], "
    "integer, text[], bigint[], text[], text, text, integer, bytea"
)

CREATE: Final = """
CREATE FUNCTION lodemark_draw(
  asked_dossier text, asked_key text, asked_content text, seen_gate integer, seen_moved bigint,
  record_kind text, record_on date, record_body bytea, at timestamptz, answer_parts text[],
  asked_line integer, commodities text[], amounts bigint[], drawn text[], latest_instant text,
  document_name text, document_size integer, document_content bytea,
  OUT outcome text, OUT place bigint, OUT chained bytea, OUT stored_content text, OUT stored_answer bytea
) LANGUAGE plpgsql AS $$
DECLARE
  previous bytea;
  digest bytea := sha256(record_body);
  standing record;
BEGIN
  -- The lock goes at commit, the sync is shared: the caller waits for it before anybody is told (store.waiting).
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT h.number + 1, h.digest INTO place, previous FROM store_dossierhead h WHERE h.dossier = asked_dossier FOR UPDATE;
  SELECT a.content, a.answer INTO stored_content, stored_answer
    FROM store_commandanswer a WHERE a.scope = asked_dossier AND a.key = asked_key;
  IF FOUND THEN
    outcome := 'answered';
    RETURN;
  END IF;
  SELECT s.gate, s.moved INTO standing FROM store_licencestate s WHERE s.dossier = asked_dossier;
  outcome := 'stale';
  IF standing.gate IS DISTINCT FROM seen_gate OR (drawn IS NULL AND standing.moved <> seen_moved) THEN
    RETURN;
  END IF;
  IF drawn IS NOT NULL THEN
    IF EXISTS (SELECT FROM store_licencedrawdown d WHERE d.dossier = asked_dossier AND d.drawdown = drawn[1]) THEN
      RETURN;
    END IF;
    IF EXISTS (
      SELECT FROM unnest(commodities, amounts) AS one(commodity, amount)
      LEFT JOIN store_licenceaccount c
        ON c.dossier = asked_dossier AND c.line = asked_line AND c.commodity = one.commodity
      WHERE c.granted IS NULL OR c.granted - c.reserved - c.posted - c.lapsed < one.amount
    ) THEN
      RETURN;
    END IF;
    UPDATE store_licenceaccount c SET reserved = c.reserved + one.amount
      FROM unnest(commodities, amounts) AS one(commodity, amount)
      WHERE c.dossier = asked_dossier AND c.line = asked_line AND c.commodity = one.commodity;
    INSERT INTO store_licencedrawdown (dossier, drawdown, shipment, state, body)
      VALUES (asked_dossier, drawn[1], drawn[2], drawn[3], drawn[4]);
    UPDATE store_licencestate s SET moved = place, latest = greatest(s.latest, latest_instant) WHERE s.dossier = asked_dossier;
    INSERT INTO store_document (sha256, media, size, state, content)
      VALUES (document_name, 'application/vnd.lodemark.act+json', document_size, 'received', document_content)
      ON CONFLICT (sha256) DO NOTHING;
  END IF;
  chained := sha256(convert_to('lodemark/chain/1' || chr(10) || asked_dossier || chr(10), 'UTF8')
                    || int8send(place) || previous || digest);
  INSERT INTO store_ledgerrecord
    (dossier, number, kind, "on", body, body_digest, prev_digest, chain_digest, recorded_at)
    VALUES (asked_dossier, place, record_kind, record_on, record_body, digest, previous, chained, at);
  INSERT INTO store_pendingleaf (chain_digest, dossier, number) VALUES (chained, asked_dossier, place);
  UPDATE store_dossierhead h SET number = place, digest = chained WHERE h.dossier = asked_dossier;
  UPDATE store_summary s SET number = place WHERE s.dossier = asked_dossier;
  INSERT INTO store_commandanswer (scope, key, content, answer)
    VALUES (asked_dossier, asked_key, asked_content, convert_to(
      answer_parts[1] || encode(chained, 'hex') || answer_parts[2] || place || answer_parts[3], 'UTF8'));
  outcome := 'written';
END $$
"""

DROP: Final = f"DROP FUNCTION lodemark_draw({_SIGNATURE})"
