-- The store's own statements. `-- name: x` begins one.

-- name: pragmas
PRAGMA foreign_keys = ON
PRAGMA synchronous = FULL
PRAGMA journal_size_limit = 67108864
PRAGMA cache_size = -65536
PRAGMA temp_store = MEMORY

-- name: first_meta
INSERT INTO meta (name, value) VALUES ('generation', '0'), ('salt', ?)

-- name: get_meta
SELECT value FROM meta WHERE name = ?

-- name: delete_meta
DELETE FROM meta WHERE name = ?

-- name: set_meta
INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: next_generation
UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'generation' RETURNING CAST(value AS INTEGER)

-- name: document_by_id
SELECT key, fingerprint FROM document WHERE id = ?

-- name: document_at
SELECT d.key, d.id FROM address AS a JOIN document AS d ON d.key = a.document WHERE a.address = ?

-- name: addresses_of
SELECT address, metadata FROM address WHERE document = ? ORDER BY address

-- name: text_of
SELECT text FROM document WHERE key = ?

-- name: documents_after
SELECT key, id FROM document WHERE id > ? ORDER BY id LIMIT ?

-- name: document_title
SELECT title FROM document WHERE key = ?

-- name: insert_document
INSERT INTO document (id, fingerprint, recorded, generation, source, title, language, date, genre, country, sketch, text)
VALUES (?, ?, ?, ?, ?, '', '', '', '', '', ?, ?)
RETURNING key

-- name: update_fingerprint
UPDATE document SET fingerprint = ?, sketch = coalesce(?, sketch) WHERE key = ?

-- name: update_document_columns
UPDATE document SET title = ?1, language = ?2, date = ?3, genre = ?4, country = ?5
WHERE key = ?6 AND (title, language, date, genre, country) IS NOT (?1, ?2, ?3, ?4, ?5)
RETURNING key

-- name: document_of_before
SELECT id, title FROM document WHERE key = ? AND generation <> ?

-- name: set_document_source
UPDATE document SET source = ? WHERE key = ?

-- name: set_statement_source
UPDATE statement SET source = ? WHERE document = ?

-- name: delete_document
DELETE FROM document WHERE key = ?

-- name: put_address
INSERT INTO address (address, document, metadata) VALUES (?, ?, ?)
ON CONFLICT (address) DO UPDATE SET document = excluded.document, metadata = excluded.metadata

-- name: delete_address
DELETE FROM address WHERE address = ?

-- name: last_version
SELECT coalesce(max(number), 0) FROM version WHERE address = ?

-- name: insert_version
INSERT INTO version (address, number, document, recorded) VALUES (?, ?, ?, ?)

-- name: close_version
UPDATE version SET until = ? WHERE address = ? AND until = ''

-- name: versions
SELECT address, number, document, recorded, until FROM version WHERE address = ? ORDER BY number

-- name: put_seen
INSERT INTO seen (address, signature) VALUES (?, ?) ON CONFLICT (address) DO UPDATE SET signature = excluded.signature

-- name: get_seen
SELECT signature FROM seen WHERE address = ?

-- name: delete_seen
DELETE FROM seen WHERE address = ?

-- name: sketches
SELECT id, sketch FROM document WHERE sketch IS NOT NULL AND id > ? ORDER BY id LIMIT ?

-- name: put_source
INSERT INTO source (name, counted) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING key

-- name: delete_source_if_idle
DELETE FROM source WHERE key = ?1
AND NOT EXISTS (SELECT 1 FROM document WHERE source = ?1) AND NOT EXISTS (SELECT 1 FROM statement WHERE source = ?1)

-- name: source_name
SELECT name FROM source WHERE key = ?

-- name: idle_sources
SELECT s.key FROM source AS s WHERE NOT EXISTS (SELECT 1 FROM document WHERE source = s.key)
AND NOT EXISTS (SELECT 1 FROM statement WHERE source = s.key)

-- name: document_source
SELECT source FROM document WHERE key = ?

-- name: put_copy
INSERT OR IGNORE INTO copy (first, second) VALUES (?, ?)

-- name: copies_of
SELECT second FROM copy WHERE first = ?1 UNION SELECT first FROM copy WHERE second = ?1

-- name: copies
SELECT a.id, b.id FROM copy AS c JOIN document AS a ON a.key = c.first JOIN document AS b ON b.key = c.second ORDER BY a.id, b.id

-- name: passages_of
SELECT p.id, d.id, p.start, p.end, p.text, p.heading, p.language, p.key
FROM passage AS p JOIN document AS d ON d.key = p.document WHERE p.document = ? ORDER BY p.start, p.end

-- name: insert_passage
INSERT INTO passage (id, document, start, end, heading, language, text) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING key

-- name: delete_passage
DELETE FROM passage WHERE key = ?

-- name: insert_passage_text
INSERT INTO passage_text (rowid, words, stems) VALUES (?, ?, ?)

-- name: delete_passage_text
DELETE FROM passage_text WHERE rowid = ?

-- name: entity_key
SELECT key FROM entity WHERE id = ?

-- name: insert_entity
INSERT INTO entity (id, kind, canonical) VALUES (?1, ?2, (SELECT coalesce(max(key), 0) + 1 FROM entity)) RETURNING key

-- name: insert_statement
INSERT INTO statement (
    id, subject, predicate, object, value, number, document, source, start, end, page, extractor, version, confidence, person,
    address, collection, progress, modality, certainty, valid_from, valid_to, recorded, generation, verdict, live, words, quote
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: update_statement
UPDATE statement SET end = ?, page = ?, extractor = ?, version = ?, confidence = ?, progress = ?, modality = ?, certainty = ?,
    valid_from = ?, valid_to = ?, verdict = ?, live = ?, words = ?, quote = ?
WHERE key = ?

-- name: delete_statement
DELETE FROM statement WHERE key = ?

-- name: statements_of_document
SELECT key, id, subject, object FROM statement WHERE document = ?

-- name: statements_of_collection
SELECT key, id, subject, object FROM statement WHERE collection = ?

-- name: statement_by_id
SELECT key, subject, object, document, words, modality FROM statement WHERE id = ?

-- name: statements_by_words
SELECT key, id, subject, object, modality, predicate, words, document, address, verdict FROM statement WHERE words = ?

-- name: set_verdict
UPDATE statement SET verdict = ?, live = ? WHERE key = ?

-- name: told_by_id
SELECT * FROM told WHERE id = ?

-- name: told_after
SELECT * FROM told WHERE id > ? ORDER BY id LIMIT ?

-- name: told_by_key
SELECT * FROM told WHERE key = ?

-- name: keys_by_subject
SELECT s.key, s.id FROM entity AS a JOIN statement AS s ON s.subject = a.key WHERE a.canonical = ? ORDER BY s.id

-- name: keys_by_object
SELECT s.key, s.id FROM entity AS a JOIN statement AS s ON s.object = a.key WHERE a.canonical = ? ORDER BY s.id

-- name: keys_by_document
SELECT s.key, s.id FROM document AS d JOIN statement AS s ON s.document = d.key WHERE d.id = ? ORDER BY s.id

-- name: keys_by_predicate
SELECT s.key, s.id FROM statement AS s WHERE s.predicate = ? ORDER BY s.id

-- name: name_in_document
SELECT min(s.value) FROM statement AS s JOIN entity AS e ON e.key = s.subject JOIN document AS d ON d.key = s.document
WHERE e.id = ? AND s.predicate = 'name' AND d.id = ?

-- name: name_in_collection
SELECT min(s.value) FROM statement AS s JOIN entity AS e ON e.key = s.subject
WHERE e.id = ? AND s.predicate = 'name' AND s.collection = ?

-- name: journal
INSERT INTO journal (generation, at, action, kind, id, text) VALUES (?, ?, ?, ?, ?, ?)

-- name: changes
SELECT generation, recorded, 'added', 'document', id, title FROM document WHERE generation > ?1
UNION ALL SELECT generation, recorded, 'added', 'statement', id, '' FROM statement WHERE generation > ?1
UNION ALL SELECT generation, at, 'added', 'judgement', id, verdict FROM judgement WHERE generation > ?1
UNION ALL SELECT generation, at, action, kind, id, text FROM journal WHERE generation > ?1
ORDER BY 1, 3 DESC, 4, 5

-- name: canonical_of
SELECT c.key, c.id, c.kind, c.name, c.country, c.statements, c.sources
FROM entity AS e JOIN entity AS c ON c.key = e.canonical WHERE e.id = ?

-- name: aliases_of
SELECT DISTINCT a.name FROM entity AS e JOIN alias AS a ON a.entity = e.key WHERE e.canonical = ? ORDER BY a.name

-- name: members_of
SELECT id FROM entity WHERE canonical = ? ORDER BY id

-- name: entities_after
SELECT key, id, kind, name, country, statements, sources FROM entity
WHERE canonical = key AND id > ? ORDER BY id LIMIT ?

-- name: named
SELECT DISTINCT c.key, c.id, c.kind, c.name, c.country, c.statements, c.sources
FROM alias AS a JOIN entity AS e ON e.key = a.entity JOIN entity AS c ON c.key = e.canonical
WHERE a.folded = ? AND c.kind = ? ORDER BY c.id

-- name: edges_of
SELECT a.id, e.predicate, b.id, e.statements, e.sources
FROM edge AS e JOIN entity AS a ON a.key = e.subject JOIN entity AS b ON b.key = e.object
WHERE e.subject = ?1
UNION
SELECT a.id, e.predicate, b.id, e.statements, e.sources
FROM edge AS e JOIN entity AS a ON a.key = e.subject JOIN entity AS b ON b.key = e.object
WHERE e.object = ?1
ORDER BY 1, 2, 3

-- name: put_judgement
INSERT INTO judgement (id, verdict, first, second, by, why, at, first_written, second_written, predicate_written, quote_written,
    address_written, words, generation)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET why = excluded.why, at = excluded.at, generation = excluded.generation

-- name: delete_judgement
DELETE FROM judgement WHERE id = ?

-- name: judgements
SELECT id, verdict, first, second, by, why, at, first_written, second_written, predicate_written, quote_written,
    address_written
FROM judgement ORDER BY id

-- name: judgement_by_id
SELECT id, verdict, first, second, words FROM judgement WHERE id = ?

-- name: statement_judgements
SELECT first, words, verdict, address_written FROM judgement WHERE words <> 0 ORDER BY at, id

-- name: put_proposal
INSERT INTO proposal (first, second, score, reason) VALUES (?, ?, ?, ?)
ON CONFLICT (first, second) DO UPDATE SET score = excluded.score, reason = excluded.reason

-- name: proposals
SELECT a.id, b.id, p.score, p.reason FROM proposal AS p JOIN entity AS a ON a.key = p.first JOIN entity AS b ON b.key = p.second
WHERE p.score >= ? AND p.score < ? AND a.canonical <> b.canonical ORDER BY p.score DESC, a.id, b.id

-- name: put_suppressed
INSERT OR IGNORE INTO suppressed (hash) VALUES (?)

-- name: suppressed
SELECT hash FROM suppressed

-- name: is_suppressed
SELECT 1 FROM suppressed WHERE hash = ?

-- name: person_names
SELECT DISTINCT s.subject, s.value FROM statement AS s JOIN entity AS e ON e.key = s.subject
WHERE e.kind = 'person' AND s.predicate IN ('name', 'alias')

-- name: statements_about
SELECT key, id, subject, object, document FROM statement WHERE subject = ?1
UNION SELECT key, id, subject, object, document FROM statement WHERE object = ?1

-- name: counts
SELECT 'documents', count(*) FROM document
UNION ALL SELECT 'passages', count(*) FROM passage
UNION ALL SELECT 'statements', count(*) FROM statement
UNION ALL SELECT 'edges', count(*) FROM edge
UNION ALL SELECT 'judgements', count(*) FROM judgement
UNION ALL SELECT 'proposals', count(*) FROM proposal

-- name: counts_by_kind
SELECT kind, count(*) FROM entity WHERE canonical = key GROUP BY kind ORDER BY kind

-- name: triples_of_document
SELECT DISTINCT subject, predicate, object FROM statement WHERE document = ? AND object IS NOT NULL

-- name: statement_in_words
SELECT s.predicate, a.id || ' ' || s.predicate || ' ' || coalesce(o.id, s.value) FROM statement AS s
JOIN entity AS a ON a.key = s.subject LEFT JOIN entity AS o ON o.key = s.object WHERE s.key = ?

-- name: quotes_of
SELECT subject FROM statement WHERE object = ? AND predicate = 'said_by'

-- name: statement_with_id
SELECT key, id, subject, object, modality, predicate, words, document, address, verdict FROM statement WHERE id = ?

-- name: judgeable_of_document
SELECT key, id, subject, object, modality, predicate, words, document, address, verdict FROM statement WHERE document = ?

-- name: edges
SELECT a.id, e.predicate, b.id, e.statements, e.sources
FROM edge AS e JOIN entity AS a ON a.key = e.subject JOIN entity AS b ON b.key = e.object ORDER BY a.id, e.predicate, b.id

-- name: checkpoint
PRAGMA wal_checkpoint(TRUNCATE)

-- name: blank_journal
UPDATE journal SET text = '' WHERE instr(text, ?) > 0

-- name: judgements_on_people
SELECT id, first_written, second_written FROM judgement WHERE first LIKE 'person:%' OR quote_written <> ''
