-- Folding: entities and edges derived from statements, proposals and judgements. :keys is a JSON list of entity keys, or of
-- rows; what writes (with ?) is run once for each row.

-- name: identities
SELECT key, id, kind, canonical FROM entity WHERE key IN (SELECT value FROM json_each(:keys))

-- name: untold
SELECT e.key FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(:keys))
AND NOT EXISTS (SELECT 1 FROM statement WHERE subject = e.key) AND NOT EXISTS (SELECT 1 FROM statement WHERE object = e.key)

-- name: mates
SELECT m.key FROM entity AS e JOIN entity AS m ON m.canonical = e.canonical WHERE e.key IN (SELECT value FROM json_each(:keys))
UNION SELECT p.second FROM proposal AS p WHERE p.score >= 95 AND p.first IN (SELECT value FROM json_each(:keys))
UNION SELECT p.first FROM proposal AS p WHERE p.score >= 95 AND p.second IN (SELECT value FROM json_each(:keys))
UNION SELECT j.second FROM judged AS j WHERE j.verdict = 'same' AND j.first IN (SELECT value FROM json_each(:keys))
UNION SELECT j.first FROM judged AS j WHERE j.verdict = 'same' AND j.second IN (SELECT value FROM json_each(:keys))
UNION SELECT k.second FROM alike AS k WHERE k.first IN (SELECT value FROM json_each(:keys))
UNION SELECT k.first FROM alike AS k WHERE k.second IN (SELECT value FROM json_each(:keys))

-- name: strong_proposals
SELECT first, second, score FROM proposal WHERE score >= 95 AND first IN (SELECT value FROM json_each(:keys))

-- name: judged_within
SELECT first, second, verdict, at, judgement FROM judged WHERE first IN (SELECT value FROM json_each(:keys))

-- name: alike_within
SELECT first, second FROM alike WHERE first IN (SELECT value FROM json_each(:keys))

-- name: set_canonical
UPDATE entity SET canonical = ?, name = '', folded = '', country = '', statements = 0, sources = 0 WHERE key = ?

-- name: names_told
SELECT DISTINCT entity, value FROM vote WHERE entity IN (SELECT value FROM json_each(:keys)) AND predicate IN ('name', 'alias')

-- name: aliases
SELECT entity, name FROM alias WHERE entity IN (SELECT value FROM json_each(:keys))

-- name: group_aliases
SELECT m.canonical, a.name FROM json_each(:keys) AS wanted
CROSS JOIN entity AS m ON m.canonical = wanted.value CROSS JOIN alias AS a ON a.entity = m.key

-- name: delete_alias
DELETE FROM alias WHERE folded = ? AND entity = ? AND name = ?

-- name: insert_alias
INSERT OR IGNORE INTO alias (folded, entity, name) VALUES (?, ?, ?)

-- name: with_alias
SELECT DISTINCT a.folded, e.kind, e.key FROM json_each(:keys) AS wanted
CROSS JOIN alias AS a ON a.folded = wanted.value ->> 0
CROSS JOIN entity AS e ON e.key = a.entity AND e.kind = wanted.value ->> 1

-- name: keys_by_id
SELECT id, key FROM entity WHERE id IN (SELECT value FROM json_each(:keys))

-- name: pair_judgements
SELECT id, verdict, first, second, first_written, second_written, at FROM judgement WHERE words = 0

-- name: judged
SELECT judgement, first, second FROM judged

-- name: put_judged
INSERT OR REPLACE INTO judged (judgement, first, second, verdict, at) VALUES (?, ?, ?, ?, ?)

-- name: judged_of
SELECT judgement FROM judged WHERE first IN (SELECT value FROM json_each(:keys)) OR second IN (SELECT value FROM json_each(:keys))

-- name: delete_judged
DELETE FROM judged WHERE judgement = ?

-- name: votes
SELECT m.canonical, v.predicate, v.value, v.sources FROM json_each(:keys) AS wanted
CROSS JOIN entity AS m ON m.canonical = wanted.value
CROSS JOIN vote AS v ON v.entity = m.key AND v.predicate IN ('name', 'country')

-- name: any_name
SELECT m.canonical, min(s.value) FROM json_each(:keys) AS wanted
CROSS JOIN entity AS m ON m.canonical = wanted.value
CROSS JOIN statement AS s ON s.subject = m.key AND s.predicate = 'name' GROUP BY m.canonical

-- name: support_of_entities
SELECT wanted.value, (SELECT sum(told) FROM entity WHERE canonical = wanted.value),
    (SELECT count(DISTINCT v.source) FROM entity AS m
        CROSS JOIN vote_source AS v ON v.entity = m.key AND v.predicate = 'name'
        CROSS JOIN source AS o ON o.key = v.source
        WHERE m.canonical = wanted.value AND o.counted)
FROM json_each(:keys) AS wanted

-- name: delete_entity
DELETE FROM entity WHERE key = ?

-- name: delete_entity_text
DELETE FROM entity_text WHERE rowid = ?

-- name: insert_entity_text
INSERT INTO entity_text (rowid, words, stems) VALUES (?, ?, '')

-- name: update_entity
UPDATE entity SET name = ?, folded = ?, country = ?, statements = ?, sources = ? WHERE key = ?

-- name: delete_edges_of
DELETE FROM edge WHERE subject = ?1 OR object = ?1

-- name: delete_edge
DELETE FROM edge WHERE subject = ? AND predicate = ? AND object = ?

-- name: edges_told
SELECT DISTINCT a.canonical, s.predicate, b.canonical FROM statement AS s
JOIN entity AS a ON a.key = s.subject JOIN entity AS b ON b.key = s.object
WHERE s.object IS NOT NULL AND s.live AND s.subject IN (SELECT value FROM json_each(:keys))
UNION
SELECT DISTINCT a.canonical, s.predicate, b.canonical FROM statement AS s
JOIN entity AS a ON a.key = s.subject JOIN entity AS b ON b.key = s.object
WHERE s.object IS NOT NULL AND s.live AND s.object IN (SELECT value FROM json_each(:keys))

-- name: support_of_edges
SELECT wanted.value ->> 0, wanted.value ->> 1, wanted.value ->> 2, count(*),
    count(DISTINCT CASE WHEN o.counted THEN s.source END)
FROM json_each(:edges) AS wanted
CROSS JOIN entity AS a ON a.canonical = wanted.value ->> 0
CROSS JOIN entity AS b ON b.canonical = wanted.value ->> 2
CROSS JOIN statement AS s ON s.subject = a.key AND s.predicate = wanted.value ->> 1 AND s.object = b.key AND s.live
JOIN source AS o ON o.key = s.source
GROUP BY wanted.key

-- name: put_edge
INSERT INTO edge (subject, predicate, object, statements, sources) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (subject, predicate, object) DO UPDATE SET statements = excluded.statements, sources = excluded.sources

-- name: composites_with
SELECT DISTINCT s.subject FROM statement AS s JOIN entity AS e ON e.key = s.subject
WHERE s.object IN (SELECT value FROM json_each(:keys)) AND s.live AND e.kind = :kind
AND s.predicate IN (SELECT value FROM json_each(:predicates))

-- name: parts
SELECT DISTINCT s.subject, s.predicate, o.canonical FROM statement AS s JOIN entity AS o ON o.key = s.object
WHERE s.subject IN (SELECT value FROM json_each(:keys)) AND s.live AND s.predicate IN (SELECT value FROM json_each(:predicates))

-- name: multiple
SELECT canonical FROM entity WHERE canonical IN (SELECT value FROM json_each(:keys)) GROUP BY canonical HAVING count(*) > 1

-- name: members
SELECT key FROM entity WHERE canonical IN (SELECT value FROM json_each(:keys))

-- name: alike_of
SELECT first, second FROM alike WHERE first IN (SELECT value FROM json_each(:keys)) OR second IN (SELECT value FROM json_each(:keys))

-- name: delete_alike
DELETE FROM alike WHERE first = ? AND second = ?

-- name: put_alike
INSERT INTO alike (first, second) VALUES (?, ?)

-- name: clear_derived
DELETE FROM edge;
DELETE FROM alias;
DELETE FROM judged;
DELETE FROM alike;
UPDATE entity SET canonical = key, name = '', folded = '', country = '', statements = 0, sources = 0;
INSERT INTO entity_text (entity_text) VALUES ('delete-all');

-- name: all_keys
SELECT key FROM entity

-- name: all_triples
SELECT DISTINCT subject, predicate, object FROM statement WHERE object IS NOT NULL
