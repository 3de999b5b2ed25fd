-- The whole store in a fixed order, for export, import and comparison.

-- name: meta
SELECT name, value FROM meta WHERE name IN ('generation', 'salt') ORDER BY name

-- name: documents
SELECT d.key, d.id, d.fingerprint, d.recorded, d.generation, d.sketch, s.name AS source, d.text
FROM document AS d JOIN source AS s ON s.key = d.source ORDER BY d.id

-- name: addresses
SELECT address, metadata FROM address WHERE document = ? ORDER BY address

-- name: passages
SELECT p.id, d.id AS document, p.start, p.end, p.heading, p.language FROM passage AS p JOIN document AS d ON d.key = p.document
ORDER BY p.id

-- name: statements
SELECT t.id, t.subject, t.predicate, t.value, t.document, t.start, t.end, t.quote, t.page, t.extractor, t.version, t.confidence,
    t.person, t.address, t.collection, t.progress, t.modality, t.certainty, t.valid_from, t.valid_to, t.recorded, t.generation,
    t.verdict, s.words
FROM told AS t JOIN statement AS s ON s.key = t.key ORDER BY t.id

-- name: judgements
SELECT id, verdict, first, second, by, why, at, first_written, second_written, predicate_written, quote_written,
    address_written, words, generation
FROM judgement ORDER BY id

-- name: proposals
SELECT a.id AS first, b.id AS second, p.score, p.reason FROM proposal AS p
JOIN entity AS a ON a.key = p.first JOIN entity AS b ON b.key = p.second ORDER BY a.id, b.id

-- name: copies
SELECT min(a.id, b.id) AS first, max(a.id, b.id) AS second FROM copy AS c
JOIN document AS a ON a.key = c.first JOIN document AS b ON b.key = c.second ORDER BY 1, 2

-- name: suppressed
SELECT hash FROM suppressed ORDER BY hash

-- name: versions
SELECT address, number, document, recorded, until FROM version ORDER BY address, number

-- name: seen
SELECT address, signature FROM seen ORDER BY address

-- name: journal
SELECT sequence, generation, at, action, kind, id, text FROM journal ORDER BY sequence

-- name: entities
SELECT e.id, e.kind, c.id AS canonical, e.name, e.country, e.statements, e.sources,
    (SELECT json_group_array(name) FROM (SELECT name FROM alias WHERE entity = e.key ORDER BY name)) AS aliases
FROM entity AS e JOIN entity AS c ON c.key = e.canonical ORDER BY e.id

-- name: edges
SELECT a.id AS subject, e.predicate, b.id AS object, e.statements, e.sources FROM edge AS e
JOIN entity AS a ON a.key = e.subject JOIN entity AS b ON b.key = e.object ORDER BY a.id, e.predicate, b.id

-- name: restore_version
INSERT INTO version (address, number, document, recorded, until) VALUES (?, ?, ?, ?, ?)

-- name: restore_journal
INSERT INTO journal (sequence, generation, at, action, kind, id, text) VALUES (?, ?, ?, ?, ?, ?, ?)

-- name: empty
DELETE FROM edge;
DELETE FROM alias;
DELETE FROM judged;
DELETE FROM alike;
DELETE FROM proposal;
DELETE FROM statement;
DELETE FROM vote;
DELETE FROM vote_source;
DELETE FROM entity;
DELETE FROM passage;
DELETE FROM copy;
DELETE FROM address;
DELETE FROM version;
DELETE FROM seen;
DELETE FROM document;
DELETE FROM source;
DELETE FROM judgement;
DELETE FROM suppressed;
DELETE FROM journal;
INSERT INTO passage_text (passage_text) VALUES ('delete-all');
INSERT INTO entity_text (entity_text) VALUES ('delete-all');
DELETE FROM meta WHERE name = 'import';
UPDATE meta SET value = '0' WHERE name = 'generation';
