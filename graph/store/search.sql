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
SELECT rowid AS key FROM passage_text WHERE passage_text MATCH :match LIMIT :most

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

-- name: passages_about
SELECT p.key AS passage, e.canonical AS entity
FROM json_each(:keys) AS wanted
JOIN entity AS e ON e.canonical = wanted.value
JOIN (
    SELECT subject AS entity, document, start FROM statement WHERE live AND document IS NOT NULL
    UNION ALL SELECT object, document, start FROM statement WHERE live AND document IS NOT NULL AND object IS NOT NULL
) AS s ON s.entity = e.key
JOIN passage AS p ON p.document = s.document AND s.start >= p.start AND s.start < p.end
GROUP BY p.key, e.canonical

-- name: every_mention
SELECT p.key AS passage, e.canonical AS entity, s.progress AS progress
FROM statement AS s
JOIN passage AS p ON p.document = s.document AND s.start >= p.start AND s.start < p.end
JOIN entity AS e ON e.key IN (s.subject, s.object)
WHERE s.live AND s.document IS NOT NULL
GROUP BY p.key, e.canonical, s.progress

-- name: facet_entities
SELECT e.key AS key, e.id AS id, e.kind AS kind, e.name AS name, e.country AS country
FROM entity AS e WHERE e.canonical = e.key AND e.kind IN ('solution', 'project', 'place')

-- name: passages_shown
SELECT p.key AS key, p.id AS id, d.id AS document, d.title AS title, d.date AS date, d.genre AS genre, p.language AS language,
    p.start AS start, p.end AS end, p.heading AS heading, p.text AS text,
    (SELECT min(a.address) FROM address AS a WHERE a.document = d.key) AS address,
    (SELECT a.metadata FROM address AS a WHERE a.document = d.key ORDER BY a.address LIMIT 1) AS metadata
FROM json_each(:keys) AS wanted JOIN passage AS p ON p.key = wanted.value JOIN document AS d ON d.key = p.document

-- name: counts
SELECT (SELECT count(*) FROM passage) AS passages, (SELECT count(*) FROM document) AS documents
