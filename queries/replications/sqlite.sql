-- Chains of replications. Parameters: origin, target, solution, depth, limit.
WITH RECURSIVE
asked AS (
    SELECT (SELECT canonical FROM entity WHERE id = :origin) AS origin,
        (SELECT canonical FROM entity WHERE id = :target) AS target,
        (SELECT canonical FROM entity WHERE id = :solution) AS solution
),
-- the solution asked for and everything narrower; UNION ends where concepts go round in a circle
wanted (solution) AS (
    SELECT solution FROM asked WHERE solution IS NOT NULL
    UNION
    SELECT b.subject FROM wanted JOIN edge AS b ON b.object = wanted.solution AND b.predicate = 'broader'
),
ends AS MATERIALIZED (
    SELECT r.key AS replication, f.object AS origin, t.object AS target, r.id || '|' || coalesce(a.id, '') || '|' || coalesce(b.id, '') AS step,
        CASE a.kind WHEN 'place' THEN a.key WHEN 'pilot' THEN (
            SELECT p.key FROM edge AS e JOIN entity AS p ON p.key = e.object
            WHERE e.subject = a.key AND e.predicate = 'runs_in' ORDER BY p.id LIMIT 1
        ) END AS origin_place,
        CASE b.kind WHEN 'place' THEN b.key WHEN 'pilot' THEN (
            SELECT p.key FROM edge AS e JOIN entity AS p ON p.key = e.object
            WHERE e.subject = b.key AND e.predicate = 'runs_in' ORDER BY p.id LIMIT 1
        ) END AS target_place
    FROM entity AS r
    LEFT JOIN edge AS f ON f.subject = r.key AND f.predicate = 'replicated_from'
    LEFT JOIN edge AS t ON t.subject = r.key AND t.predicate = 'replicated_to'
    LEFT JOIN entity AS a ON a.key = f.object
    LEFT JOIN entity AS b ON b.key = t.object
    WHERE r.kind = 'replication' AND r.canonical = r.key AND (f.object IS NOT NULL OR t.object IS NOT NULL)
),
-- every solution a step may be about; `rank` prefers what is said of the replication itself
about AS MATERIALIZED (
    SELECT n.step, e.object AS solution, 1 AS rank FROM ends AS n
    JOIN edge AS e ON e.subject = n.replication AND e.predicate = 'transfers'
    UNION ALL
    SELECT n.step, e.object, 2 FROM ends AS n JOIN edge AS e ON e.subject = n.target AND e.predicate = 'tries'
    UNION ALL
    SELECT n.step, e.object, 3 FROM ends AS n JOIN edge AS e ON e.subject = n.origin AND e.predicate = 'tries'
),
hop AS MATERIALIZED (
    SELECT n.* FROM ends AS n
    WHERE :solution = '' OR EXISTS (SELECT 1 FROM about JOIN wanted USING (solution) WHERE about.step = n.step)
),
-- a step goes on from another where it begins with the very pilot that was reached, or in its place with the same solution
onward AS MATERIALIZED (
    SELECT h.step AS first, n.step AS second FROM hop AS h
    JOIN hop AS n ON n.origin = h.target
    JOIN entity AS p ON p.key = h.target AND p.kind = 'pilot'
    WHERE h.replication <> n.replication
    UNION
    SELECT h.step, n.step FROM hop AS h
    JOIN hop AS n ON n.origin_place = h.target_place
    JOIN about AS x ON x.step = h.step
    JOIN about AS y ON y.step = n.step AND y.solution = x.solution
    WHERE h.replication <> n.replication
),
path (step, depth, chain, visited) AS (
    SELECT h.step, 1, h.step, '>' || h.replication || '>' FROM hop AS h, asked
    WHERE :depth >= 1 AND (
        :origin = '' OR asked.origin IN (h.origin, h.origin_place)
        OR EXISTS (SELECT 1 FROM edge AS w WHERE w.subject = h.origin AND w.predicate = 'within' AND w.object = asked.origin)
    )
    UNION ALL
    SELECT n.step, p.depth + 1, p.chain || ' > ' || n.step, p.visited || n.replication || '>'
    FROM path AS p
    JOIN onward AS o ON o.first = p.step
    JOIN hop AS n ON n.step = o.second
    WHERE p.depth < :depth AND instr(p.visited, '>' || n.replication || '>') = 0
),
found AS MATERIALIZED (
    SELECT path.depth, path.chain, hop.*
    FROM path JOIN hop USING (step) JOIN asked
    WHERE :target = '' OR asked.target IN (hop.target, hop.target_place)
    ORDER BY path.depth, path.chain
    LIMIT :limit
)
SELECT n.depth, n.chain, r.id AS replication,
    a.id AS origin, a.kind AS origin_kind, a.name AS origin_name, ap.id AS origin_place, ap.name AS origin_place_name,
    b.id AS target, b.kind AS target_kind, b.name AS target_name, bp.id AS target_place, bp.name AS target_place_name,
    s.id AS solution, s.name AS solution_name,
    (SELECT group_concat(value, char(10)) FROM (
        SELECT DISTINCT f.value FROM fact AS f WHERE f.subject_key = n.replication AND f.predicate = 'what' ORDER BY f.value
    )) AS what,
    (SELECT group_concat(value, char(10)) FROM (
        SELECT DISTINCT f.value FROM fact AS f WHERE f.subject_key = n.replication AND f.predicate = 'kept' ORDER BY f.value
    )) AS kept,
    (SELECT group_concat(value, char(10)) FROM (
        SELECT DISTINCT f.value FROM fact AS f WHERE f.subject_key = n.replication AND f.predicate = 'changed' ORDER BY f.value
    )) AS changed,
    coalesce(
        (SELECT min(f.value) FROM fact AS f WHERE f.subject_key = n.replication AND f.predicate = 'scope'),
        CASE WHEN n.origin_place = n.target_place THEN 'within town' WHEN n.origin_place <> n.target_place THEN 'between towns' END
    ) AS scope,
    e.progress, e.modality, e.certainty, e.valid_from, e.valid_to,
    (SELECT count(*) FROM fact AS f WHERE f.subject_key = n.replication) AS statements,
    (SELECT count(DISTINCT f.source) FROM fact AS f JOIN source AS o ON o.key = f.source AND o.counted
        WHERE f.subject_key = n.replication) AS sources,
    e.id AS statement, e.document, e.title, e.date,
    coalesce((SELECT min(x.address) FROM address AS x JOIN document AS d ON d.key = x.document WHERE d.id = e.document), e.address) AS address,
    e.page, e.start, e."end", e.quote, e.person, e.confidence, e.extractor
FROM found AS n
JOIN entity AS r ON r.key = n.replication
LEFT JOIN entity AS a ON a.key = n.origin
LEFT JOIN entity AS ap ON ap.key = n.origin_place
LEFT JOIN entity AS b ON b.key = n.target
LEFT JOIN entity AS bp ON bp.key = n.target_place
LEFT JOIN entity AS s ON s.key = (
    SELECT x.solution FROM about AS x JOIN entity AS y ON y.key = x.solution WHERE x.step = n.step ORDER BY x.rank, y.id LIMIT 1
)
JOIN fact AS e ON e.key = (
    SELECT f.key FROM fact AS f
    WHERE f.subject_key = n.replication AND (
        f.predicate = 'replicated_to' AND f.value_key = n.target
        OR n.target IS NULL AND f.predicate = 'replicated_from' AND f.value_key = n.origin
    )
    ORDER BY f.verdict = 'confirmed' DESC, coalesce(f.date, '') DESC, f.confidence DESC, f.id
    LIMIT 1
)
ORDER BY n.depth, n.chain
