-- Folding: entities and edges derived from statements, proposals and judgements. :keys is a JSON list of entity keys.

-- name: identities
SELECT key, id, kind, canonical FROM entity WHERE key IN (SELECT value FROM json_each(?))

-- name: untold
SELECT e.key FROM entity AS e WHERE e.key IN (SELECT value FROM json_each(?))
AND NOT EXISTS (SELECT 1 FROM statement WHERE subject = e.key) AND NOT EXISTS (SELECT 1 FROM statement WHERE object = e.key)

-- name: mates
SELECT m.key FROM entity AS e JOIN entity AS m ON m.canonical = e.canonical WHERE e.key IN (SELECT value FROM json_each(?1))
UNION SELECT p.second FROM proposal AS p WHERE p.score >= 95 AND p.first IN (SELECT value FROM json_each(?1))
UNION SELECT p.first FROM proposal AS p WHERE p.score >= 95 AND p.second IN (SELECT value FROM json_each(?1))
UNION SELECT j.second FROM judged AS j WHERE j.verdict = 'same' AND j.first IN (SELECT value FROM json_each(?1))
UNION SELECT j.first FROM judged AS j WHERE j.verdict = 'same' AND j.second IN (SELECT value FROM json_each(?1))
UNION SELECT k.second FROM alike AS k WHERE k.first IN (SELECT value FROM json_each(?1))
UNION SELECT k.first FROM alike AS k WHERE k.second IN (SELECT value FROM json_each(?1))

-- name: strong_proposals
SELECT p.first, p.second FROM proposal AS p JOIN entity AS a ON a.key = p.first JOIN entity AS b ON b.key = p.second
WHERE p.score >= 95 AND p.first IN (SELECT value FROM json_each(?)) ORDER BY p.score DESC, a.id, b.id

-- name: judged_within
SELECT first, second, verdict FROM judged WHERE first IN (SELECT value FROM json_each(?)) ORDER BY at, judgement

-- name: alike_within
SELECT k.first, k.second FROM alike AS k JOIN entity AS a ON a.key = k.first JOIN entity AS b ON b.key = k.second
WHERE k.first IN (SELECT value FROM json_each(?)) ORDER BY a.id, b.id

-- name: set_canonical
UPDATE entity SET canonical = ?, name = '', folded = '', country = '', statements = 0, sources = 0 WHERE key = ?

-- name: delete_aliases
DELETE FROM alias WHERE entity = ?

-- name: names_told
SELECT DISTINCT value FROM vote WHERE entity = ? AND predicate IN ('name', 'alias')

-- name: aliases
SELECT name FROM alias WHERE entity = ? ORDER BY name

-- name: group_aliases
SELECT DISTINCT name FROM alias WHERE entity IN (SELECT value FROM json_each(?)) ORDER BY name

-- name: insert_alias
INSERT OR IGNORE INTO alias (folded, entity, name) VALUES (?, ?, ?)

-- name: with_alias
SELECT DISTINCT e.key FROM alias AS a JOIN entity AS e ON e.key = a.entity WHERE a.folded = ? AND e.kind = ? LIMIT 2

-- name: key_by_id
SELECT key FROM entity WHERE id = ?

-- name: pair_judgements
SELECT id, verdict, first, second, first_written, second_written, at FROM judgement WHERE words = 0 ORDER BY at, id

-- name: get_judged
SELECT first, second FROM judged WHERE judgement = ?

-- name: put_judged
INSERT OR REPLACE INTO judged (judgement, first, second, verdict, at) VALUES (?, ?, ?, ?, ?)

-- name: judged_of
SELECT judgement FROM judged WHERE first IN (SELECT value FROM json_each(?1)) OR second IN (SELECT value FROM json_each(?1))

-- name: judged_without_judgement
SELECT judgement, first, second FROM judged WHERE judgement NOT IN (SELECT id FROM judgement)

-- name: delete_judged
DELETE FROM judged WHERE judgement = ?

-- name: best_value
SELECT value FROM vote WHERE entity IN (SELECT value FROM json_each(?1)) AND predicate = ?2
GROUP BY value ORDER BY sum(sources) DESC, value LIMIT 1

-- name: any_name
SELECT min(value) FROM statement WHERE subject IN (SELECT value FROM json_each(?)) AND predicate = 'name'

-- name: support_of_entity
SELECT (SELECT sum(told) FROM entity WHERE key IN (SELECT value FROM json_each(?1))),
    (SELECT count(DISTINCT v.source) FROM vote_source AS v JOIN source AS o ON o.key = v.source
        WHERE v.entity IN (SELECT value FROM json_each(?1)) AND v.predicate = 'name' AND o.counted)

-- name: delete_entity
DELETE FROM entity WHERE key = ?

-- name: delete_entity_text
DELETE FROM entity_text WHERE rowid = ?

-- name: insert_entity_text
INSERT INTO entity_text (rowid, words, stems) VALUES (?, ?, ?)

-- name: update_entity
UPDATE entity SET name = ?, folded = ?, country = ?, statements = ?, sources = ? WHERE key = ?

-- name: delete_edges_of
DELETE FROM edge WHERE subject = ?1 OR object = ?1

-- name: delete_edge
DELETE FROM edge WHERE subject = ? AND predicate = ? AND object = ?

-- name: edges_told
SELECT DISTINCT a.canonical, s.predicate, b.canonical FROM statement AS s
JOIN entity AS a ON a.key = s.subject JOIN entity AS b ON b.key = s.object
WHERE s.object IS NOT NULL AND s.live AND s.subject IN (SELECT value FROM json_each(?1))
UNION
SELECT DISTINCT a.canonical, s.predicate, b.canonical FROM statement AS s
JOIN entity AS a ON a.key = s.subject JOIN entity AS b ON b.key = s.object
WHERE s.object IS NOT NULL AND s.live AND s.object IN (SELECT value FROM json_each(?1))

-- name: support_of_edge
SELECT count(*), count(DISTINCT CASE WHEN o.counted THEN s.source END) FROM entity AS a
CROSS JOIN entity AS b
CROSS JOIN statement AS s ON s.subject = a.key AND s.predicate = ?2 AND s.object = b.key AND s.live
JOIN source AS o ON o.key = s.source
WHERE a.canonical = ?1 AND b.canonical = ?3

-- name: put_edge
INSERT INTO edge (subject, predicate, object, statements, sources) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (subject, predicate, object) DO UPDATE SET statements = excluded.statements, sources = excluded.sources

-- name: composites_with
SELECT DISTINCT s.subject FROM statement AS s JOIN entity AS e ON e.key = s.subject
WHERE s.object IN (SELECT value FROM json_each(?1)) AND s.live AND e.kind = ?2
AND s.predicate IN (SELECT value FROM json_each(?3))

-- name: parts
SELECT DISTINCT s.subject, s.predicate, o.canonical FROM statement AS s JOIN entity AS o ON o.key = s.object
WHERE s.subject IN (SELECT value FROM json_each(?1)) AND s.live AND s.predicate IN (SELECT value FROM json_each(?2))

-- name: multiple
SELECT canonical FROM entity WHERE canonical IN (SELECT value FROM json_each(?)) GROUP BY canonical HAVING count(*) > 1

-- name: members
SELECT key FROM entity WHERE canonical IN (SELECT value FROM json_each(?))

-- name: alike_of
SELECT first, second FROM alike WHERE first IN (SELECT value FROM json_each(?1)) OR second IN (SELECT value FROM json_each(?1))

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
SELECT key FROM entity ORDER BY key

-- name: all_triples
SELECT DISTINCT subject, predicate, object FROM statement WHERE object IS NOT NULL
