-- What doctor looks for; each returns the offenders, nothing when all is well.

-- name: quick_check
PRAGMA quick_check

-- name: foreign_keys
PRAGMA foreign_key_check

-- name: quotes
SELECT s.id FROM statement AS s JOIN document AS d ON d.key = s.document
WHERE substr(d.text, s.start + 1, s.end - s.start) <> s.quote OR s.end - s.start <> length(s.quote) ORDER BY s.id

-- name: passages
SELECT p.id FROM passage AS p JOIN document AS d ON d.key = p.document
WHERE substr(d.text, p.start + 1, p.end - p.start) <> p.text ORDER BY p.id

-- name: edges_without_statement
SELECT a.id || ' ' || e.predicate || ' ' || b.id FROM edge AS e
JOIN entity AS a ON a.key = e.subject JOIN entity AS b ON b.key = e.object
WHERE NOT EXISTS (
    SELECT 1 FROM entity AS x CROSS JOIN entity AS y
    CROSS JOIN statement AS s ON s.subject = x.key AND s.predicate = e.predicate AND s.object = y.key AND s.live
    WHERE x.canonical = e.subject AND y.canonical = e.object
)

-- name: statements_without_edge
SELECT s.id FROM statement AS s JOIN entity AS a ON a.key = s.subject JOIN entity AS b ON b.key = s.object
WHERE s.live AND NOT EXISTS (
    SELECT 1 FROM edge WHERE subject = a.canonical AND predicate = s.predicate AND object = b.canonical
) ORDER BY s.id

-- name: untold_entities
SELECT e.id FROM entity AS e WHERE NOT EXISTS (SELECT 1 FROM statement WHERE subject = e.key)
AND NOT EXISTS (SELECT 1 FROM statement WHERE object = e.key) ORDER BY e.id

-- name: nameless_entities
SELECT id FROM entity WHERE canonical = key AND name = '' ORDER BY id

-- name: lost_canonical
SELECT e.id FROM entity AS e JOIN entity AS c ON c.key = e.canonical WHERE c.canonical <> c.key ORDER BY e.id

-- name: documents_without_address
SELECT id FROM document AS d WHERE NOT EXISTS (SELECT 1 FROM address WHERE document = d.key) ORDER BY id

-- name: passages_without_text
SELECT p.id FROM passage AS p WHERE NOT EXISTS (SELECT 1 FROM passage_text AS t WHERE t.rowid = p.key) ORDER BY p.id

-- name: text_without_passage
SELECT t.rowid FROM passage_text AS t WHERE NOT EXISTS (SELECT 1 FROM passage AS p WHERE p.key = t.rowid) ORDER BY 1
