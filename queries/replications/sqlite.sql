-- Chains of replications. Parameters: origin, target, solution, depth, limit.
-- A chain is walked from where it begins; where only its end is asked for, it is walked back from there. `near` is the end
-- of a step that the walk comes from, `far` the one it goes to. CROSS JOIN keeps the order of tables, so that each step is
-- a few look-ups.
WITH RECURSIVE
walk AS MATERIALIZED (
    SELECT w.back, CASE WHEN w.back THEN 'replicated_to' ELSE 'replicated_from' END AS near,
        CASE WHEN w.back THEN 'replicated_from' ELSE 'replicated_to' END AS far,
        (SELECT canonical FROM entity WHERE id = CASE WHEN w.back THEN :target ELSE :origin END) AS start,
        (SELECT canonical FROM entity WHERE id = :target) AS goal
    FROM (SELECT :origin = '' AND :target <> '' AS back) AS w
),
-- the place of an end: a place itself, or where a pilot runs, the smallest id of several
home AS NOT MATERIALIZED (
    SELECT e.key, e.kind, CASE e.kind WHEN 'place' THEN e.key WHEN 'pilot' THEN (
        SELECT p.key FROM edge AS r CROSS JOIN entity AS p ON p.key = r.object
        WHERE r.subject = e.key AND r.predicate = 'runs_in' ORDER BY p.id LIMIT 1
    ) END AS place
    FROM entity AS e
),
-- the solution asked for and everything narrower; UNION ends where concepts go round in a circle
wanted (solution) AS (
    SELECT canonical FROM entity WHERE id = :solution
    UNION
    SELECT b.subject FROM wanted CROSS JOIN edge AS b ON b.object = wanted.solution AND b.predicate = 'broader'
),
starts (key) AS (
    SELECT start FROM walk WHERE start IS NOT NULL
    UNION
    SELECT r.subject FROM walk CROSS JOIN edge AS r ON r.object = walk.start AND r.predicate = 'runs_in'
    WHERE (SELECT place FROM home WHERE home.key = r.subject) = walk.start
    UNION
    SELECT w.subject FROM walk CROSS JOIN edge AS w ON w.object = walk.start AND w.predicate = 'within' WHERE NOT walk.back
),
first (replication, near, far) AS (
    SELECT n.subject, n.object, f.object
    FROM walk CROSS JOIN starts
    CROSS JOIN edge AS n ON n.object = starts.key AND n.predicate = walk.near
    LEFT JOIN edge AS f ON f.subject = n.subject AND f.predicate = walk.far
    UNION ALL
    SELECT r.key, n.object, f.object
    FROM entity AS r
    LEFT JOIN edge AS n ON n.subject = r.key AND n.predicate = 'replicated_from'
    LEFT JOIN edge AS f ON f.subject = r.key AND f.predicate = 'replicated_to'
    WHERE :origin = '' AND :target = '' AND r.kind = 'replication' AND r.canonical = r.key
    AND coalesce(n.object, f.object) IS NOT NULL
),
-- a step in words: REPLICATION|ORIGIN|TARGET
path (replication, near, far, depth, chain, visited, last_replication, last_near, last_far) AS (
    SELECT first.replication, first.near, first.far, 1,
        (SELECT id FROM entity WHERE key = first.replication)
        || '|' || coalesce((SELECT id FROM entity WHERE key = CASE WHEN walk.back THEN first.far ELSE first.near END), '')
        || '|' || coalesce((SELECT id FROM entity WHERE key = CASE WHEN walk.back THEN first.near ELSE first.far END), ''),
        '>' || first.replication || '>', first.replication, first.near, first.far
    FROM walk CROSS JOIN first
    WHERE :depth >= 1 AND (:solution = '' OR EXISTS (
        SELECT 1 FROM edge AS x WHERE x.subject IN (first.replication, first.near, first.far)
        AND x.predicate IN ('transfers', 'tries') AND x.object IN wanted
    ))
    UNION ALL
    SELECT n.subject, n.object, f.object, p.depth + 1,
        CASE WHEN walk.back THEN '' ELSE p.chain || ' > ' END
        || (SELECT id FROM entity WHERE key = n.subject)
        || '|' || coalesce((SELECT id FROM entity WHERE key = CASE WHEN walk.back THEN f.object ELSE n.object END), '')
        || '|' || coalesce((SELECT id FROM entity WHERE key = CASE WHEN walk.back THEN n.object ELSE f.object END), '')
        || CASE WHEN walk.back THEN ' > ' || p.chain ELSE '' END,
        p.visited || n.subject || '>',
        CASE WHEN walk.back THEN p.last_replication ELSE n.subject END,
        CASE WHEN walk.back THEN p.last_near ELSE n.object END,
        CASE WHEN walk.back THEN p.last_far ELSE f.object END
    FROM path AS p
    CROSS JOIN walk
    CROSS JOIN home AS h ON h.key = p.far
    CROSS JOIN edge AS n ON n.predicate = walk.near AND n.object IN (
        SELECT h.key UNION ALL SELECT h.place
        UNION ALL SELECT r.subject FROM edge AS r WHERE r.object = h.place AND r.predicate = 'runs_in'
    )
    LEFT JOIN edge AS f ON f.subject = n.subject AND f.predicate = walk.far
    WHERE p.depth < :depth AND instr(p.visited, '>' || n.subject || '>') = 0
    -- on from the very pilot that was reached, or from its place with a solution that both steps are about
    AND (
        n.object = h.key AND h.kind = 'pilot'
        OR (SELECT place FROM home WHERE home.key = n.object) = h.place AND EXISTS (
            SELECT 1 FROM edge AS x CROSS JOIN edge AS y
            ON y.object = x.object AND y.subject IN (n.subject, n.object, f.object) AND y.predicate IN ('transfers', 'tries')
            WHERE x.subject IN (p.replication, p.near, p.far) AND x.predicate IN ('transfers', 'tries')
        )
    )
    AND (:solution = '' OR EXISTS (
        SELECT 1 FROM edge AS x WHERE x.subject IN (n.subject, n.object, f.object)
        AND x.predicate IN ('transfers', 'tries') AND x.object IN wanted
    ))
    -- The shortest chains are walked on first, in the order of the answer, so that the walk ends with the last row wanted;
    -- where both ends are given it cannot be known before which rows stay.
    ORDER BY 4, 5
    LIMIT CASE WHEN :origin <> '' AND :target <> '' THEN -1 ELSE :limit END
),
ended AS MATERIALIZED (
    SELECT path.depth, path.chain, path.last_replication AS replication,
        CASE WHEN walk.back THEN path.last_far ELSE path.last_near END AS origin,
        CASE WHEN walk.back THEN path.last_near ELSE path.last_far END AS target
    FROM walk CROSS JOIN path
    WHERE :target = '' OR walk.back OR walk.goal IN (path.far, (SELECT place FROM home WHERE home.key = path.far))
    ORDER BY path.depth, path.chain
    LIMIT :limit
),
found AS MATERIALIZED (
    SELECT ended.*, (SELECT place FROM home WHERE home.key = ended.origin) AS origin_place,
        (SELECT place FROM home WHERE home.key = ended.target) AS target_place,
        (
            SELECT x.object FROM edge AS x CROSS JOIN entity AS s ON s.key = x.object
            WHERE x.subject IN (ended.replication, ended.target, ended.origin) AND x.predicate IN ('transfers', 'tries')
            ORDER BY CASE x.subject WHEN ended.replication THEN 1 WHEN ended.target THEN 2 ELSE 3 END, s.id LIMIT 1
        ) AS solution
    FROM ended
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
    e.page, e.start, e."end", e.quote, e.person, e.confidence, e.extractor,
    (SELECT o.name FROM source AS o WHERE o.key = e.source AND o.counted) AS source
FROM found AS n
JOIN entity AS r ON r.key = n.replication
LEFT JOIN entity AS a ON a.key = n.origin
LEFT JOIN entity AS ap ON ap.key = n.origin_place
LEFT JOIN entity AS b ON b.key = n.target
LEFT JOIN entity AS bp ON bp.key = n.target_place
LEFT JOIN entity AS s ON s.key = n.solution
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
