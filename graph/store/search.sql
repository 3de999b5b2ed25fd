-- What search reads of a SQLite store (graph/vectors.py, queries/search). Tables: graph/store/schema.sql.

-- name: every_passage
SELECT p.key AS key, p.id AS id, p.document AS document, p.language AS language FROM passage AS p ORDER BY p.key

-- name: every_document
SELECT d.key AS key, d.id AS id, d.title AS title, d.language AS language, d.date AS date, d.genre AS genre, d.country AS country
FROM document AS d ORDER BY d.key

-- name: passages_to_embed
SELECT p.id AS id, d.title AS title, p.text AS text
FROM json_each(:ids) AS wanted JOIN passage AS p ON p.id = wanted.value JOIN document AS d ON d.key = p.document

-- name: documents_to_embed
SELECT d.id AS id, d.title AS title, substr(d.text, 1, :length) AS text
FROM json_each(:ids) AS wanted JOIN document AS d ON d.id = wanted.value

-- name: with_word
-- One row: `keys` is a JSON list of passage keys (a list where the store has lists), at most :most.
SELECT json_group_array(rowid) AS keys FROM (SELECT rowid FROM passage_text WHERE passage_text MATCH :match LIMIT :most)

-- name: entities_with_word
SELECT e.key AS key, e.id AS id, e.kind AS kind, e.name AS name, e.country AS country, e.sources AS sources,
    e.statements AS statements
FROM entity_text AS t JOIN entity AS e ON e.key = t.rowid
WHERE entity_text MATCH :match ORDER BY t.rank, e.key LIMIT :most

-- name: entities_by_key
SELECT e.key AS key, e.id AS id, e.kind AS kind, e.name AS name, e.country AS country, e.sources AS sources,
    e.statements AS statements
FROM json_each(:keys) AS wanted JOIN entity AS e ON e.key = wanted.value

-- name: names_of
SELECT m.canonical AS key, a.folded AS folded, a.name AS name
FROM json_each(:keys) AS wanted JOIN entity AS m ON m.canonical = wanted.value JOIN alias AS a ON a.entity = m.key
ORDER BY m.canonical, a.folded, a.name

-- name: names_beginning
SELECT c.key AS key, c.id AS id, c.kind AS kind, c.name AS name, c.country AS country, c.sources AS sources,
    c.statements AS statements, a.name AS matched, a.folded AS folded
FROM alias AS a JOIN entity AS m ON m.key = a.entity JOIN entity AS c ON c.key = m.canonical
WHERE a.folded >= :beginning AND a.folded < :beginning || char(1114111)
ORDER BY a.folded LIMIT :most

-- name: folded_into
-- The keys as told that are folded into entities, each with the key of the whole.
SELECT e.key AS key, e.canonical AS canonical
FROM json_each(:keys) AS wanted JOIN entity AS e ON e.canonical = wanted.value ORDER BY e.key

-- name: every_mention
-- Where live statements stand. Entities by their own keys, not those they are folded into; object 0 where there is none.
SELECT DISTINCT p.key AS passage, s.subject AS subject, coalesce(s.object, 0) AS object, s.progress AS progress
FROM statement AS s
JOIN passage AS p ON p.document = s.document AND s.start >= p.start AND s.start < p.end
WHERE s.live AND s.document IS NOT NULL

-- name: facet_entities
-- Every entity of a kind that facets show, by its own key, with what it is folded into.
SELECT e.key AS key, c.key AS canonical, c.id AS id, c.kind AS kind, c.name AS name, c.country AS country
FROM entity AS e JOIN entity AS c ON c.key = e.canonical WHERE e.kind IN ('solution', 'project', 'place')

-- name: documents_touched
-- Documents that went or were updated after a generation; those that came are known by their keys.
SELECT DISTINCT id FROM journal WHERE generation > :since AND kind = 'document'

-- name: documents_changed
SELECT d.key AS key, d.id AS id, d.title AS title, d.language AS language, d.date AS date, d.genre AS genre, d.country AS country
FROM document AS d WHERE d.key > :last OR d.id IN (SELECT value FROM json_each(:ids)) ORDER BY d.key

-- name: passages_of_documents
SELECT p.key AS key, p.id AS id, p.document AS document, p.language AS language
FROM json_each(:keys) AS wanted JOIN passage AS p ON p.document = wanted.value ORDER BY p.key

-- name: mentions_of_documents
SELECT DISTINCT p.key AS passage, s.subject AS subject, coalesce(s.object, 0) AS object, s.progress AS progress
FROM json_each(:keys) AS wanted
JOIN statement AS s ON s.document = wanted.value
JOIN passage AS p ON p.document = s.document AND s.start >= p.start AND s.start < p.end
WHERE s.live

-- name: told_in
-- What passages tell of entities of some kinds (folded): each with the quotes of its statements there, its own words first.
SELECT p.key AS passage, c.key AS key, c.id AS id, c.kind AS kind, c.name AS name, c.country AS country, c.sources AS sources,
    s.quote AS quote, s.start AS start, s.end AS end
FROM json_each(:keys) AS wanted
JOIN passage AS p ON p.key = wanted.value
JOIN statement AS s ON s.document = p.document AND s.start >= p.start AND s.start < p.end AND s.live
JOIN entity AS e ON e.key IN (s.subject, s.object)
JOIN entity AS c ON c.key = e.canonical
WHERE c.kind IN (SELECT value FROM json_each(:kinds))
ORDER BY c.id, s.predicate <> 'words', p.key, s.start, s.id

-- name: passages_shown
SELECT p.key AS key, p.id AS id, d.id AS document, d.title AS title, d.date AS date, d.genre AS genre, p.language AS language,
    p.start AS start, p.end AS end, p.heading AS heading, p.text AS text,
    (SELECT min(a.address) FROM address AS a WHERE a.document = d.key) AS address,
    (SELECT a.metadata FROM address AS a WHERE a.document = d.key ORDER BY a.address LIMIT 1) AS metadata
FROM json_each(:keys) AS wanted JOIN passage AS p ON p.key = wanted.value JOIN document AS d ON d.key = p.document

-- name: passage_key
SELECT key FROM passage WHERE id = :id

-- name: counts
SELECT (SELECT count(*) FROM passage) AS passages, (SELECT count(*) FROM document) AS documents

-- What reading texts asks (ingest/elsewhere.py). Documents that count as no source (digests) are left out.

-- name: count_naming
-- Which of these entities live statements give a name with :least confidence or more, and in how many documents.
SELECT e.id AS id, count(DISTINCT s.document) AS documents
FROM json_each(:ids) AS wanted JOIN entity AS e ON e.id = wanted.value JOIN statement AS s ON s.subject = e.key
    JOIN source AS o ON o.key = s.source
WHERE s.predicate = 'name' AND s.live AND s.confidence >= :least AND s.document IS NOT NULL AND o.counted
GROUP BY e.id ORDER BY id

-- name: documents_naming
SELECT DISTINCT d.id AS id
FROM entity AS e JOIN statement AS s ON s.subject = e.key JOIN document AS d ON d.key = s.document
    JOIN source AS o ON o.key = s.source
WHERE e.id = :entity AND s.predicate = 'name' AND s.live AND s.confidence >= :least AND o.counted
ORDER BY id

-- name: count_with_words
SELECT count(DISTINCT d.id) AS documents
FROM passage_text AS t JOIN passage AS p ON p.key = t.rowid JOIN document AS d ON d.key = p.document
    JOIN source AS o ON o.key = d.source
WHERE passage_text MATCH :match AND o.counted

-- name: documents_with_words
SELECT DISTINCT d.id AS id
FROM passage_text AS t JOIN passage AS p ON p.key = t.rowid JOIN document AS d ON d.key = p.document
    JOIN source AS o ON o.key = d.source
WHERE passage_text MATCH :match AND o.counted ORDER BY id
