-- Steps of replications: first ones, or on from chains. Parameters: origin, target, solution, walked, limit.
-- A chain is walked from where it begins; where only its end is asked for, it is walked back from there. `near` is the end
-- of a step that the walk comes from, `far` the one it goes to. `walked` holds chains as [chain, replication, near, far], the
-- last three of the step to go on from; where it is empty, first steps are given. CROSS JOIN keeps the order of tables, so
-- that each step is a few look-ups.
WITH RECURSIVE
walk AS MATERIALIZED (
    SELECT w.back, json_array_length(:walked) = 0 AS begins,
        CASE WHEN w.back THEN 'replicated_to' ELSE 'replicated_from' END AS near,
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
    SELECT start FROM walk WHERE begins AND start IS NOT NULL
    UNION
    SELECT r.subject FROM walk CROSS JOIN edge AS r ON r.object = walk.start AND r.predicate = 'runs_in'
    WHERE walk.begins AND (SELECT place FROM home WHERE home.key = r.subject) = walk.start
    UNION
    SELECT w.subject FROM walk CROSS JOIN edge AS w ON w.object = walk.start AND w.predicate = 'within'
    WHERE walk.begins AND NOT walk.back
),
path (chain, replication, near, far, kind, place) AS MATERIALIZED (
    SELECT w.value ->> 0, r.key, n.key, h.key, h.kind, h.place
    FROM json_each(:walked) AS w
    CROSS JOIN entity AS r ON r.id = w.value ->> 1
    LEFT JOIN entity AS n ON n.id = w.value ->> 2
    CROSS JOIN entity AS f ON f.id = w.value ->> 3
    CROSS JOIN home AS h ON h.key = f.key
),
step (chain, replication, near, far) AS (
    SELECT NULL, n.subject, n.object, f.object
    FROM walk CROSS JOIN starts
    CROSS JOIN edge AS n ON n.object = starts.key AND n.predicate = walk.near
    LEFT JOIN edge AS f ON f.subject = n.subject AND f.predicate = walk.far
    UNION ALL
    SELECT NULL, r.key, n.object, f.object
    FROM walk CROSS JOIN entity AS r
    LEFT JOIN edge AS n ON n.subject = r.key AND n.predicate = 'replicated_from'
    LEFT JOIN edge AS f ON f.subject = r.key AND f.predicate = 'replicated_to'
    WHERE walk.begins AND :origin = '' AND :target = '' AND r.kind = 'replication' AND r.canonical = r.key
    AND coalesce(n.object, f.object) IS NOT NULL
    UNION ALL
    SELECT p.chain, n.subject, n.object, f.object
    FROM path AS p
    CROSS JOIN walk
    CROSS JOIN edge AS n ON n.predicate = walk.near AND n.object IN (
        SELECT p.far UNION ALL SELECT p.place
        UNION ALL SELECT r.subject FROM edge AS r WHERE r.object = p.place AND r.predicate = 'runs_in'
    )
    LEFT JOIN edge AS f ON f.subject = n.subject AND f.predicate = walk.far
    -- no replication stands twice in a chain
    WHERE instr(' > ' || p.chain, ' > ' || (SELECT id FROM entity WHERE key = n.subject) || '|') = 0
    -- on from the very pilot that was reached, or from its place with a solution that both steps are about
    AND (
        n.object = p.far AND p.kind = 'pilot'
        OR (SELECT place FROM home WHERE home.key = n.object) = p.place AND EXISTS (
            SELECT 1 FROM edge AS x CROSS JOIN edge AS y
            ON y.object = x.object AND y.subject IN (n.subject, n.object, f.object) AND y.predicate IN ('transfers', 'tries')
            WHERE x.subject IN (p.replication, p.near, p.far) AND x.predicate IN ('transfers', 'tries')
        )
    )
),
-- a step in words: REPLICATION|ORIGIN|TARGET
worded AS (
    SELECT step.replication, step.chain AS before, step.far, walk.back, walk.goal,
        CASE WHEN walk.back THEN step.far ELSE step.near END AS origin,
        CASE WHEN walk.back THEN step.near ELSE step.far END AS target
    FROM walk CROSS JOIN step
    WHERE (:target = '' OR walk.goal IS NOT NULL)
    AND (:solution = '' OR EXISTS (
        SELECT 1 FROM edge AS x WHERE x.subject IN (step.replication, step.near, step.far)
        AND x.predicate IN ('transfers', 'tries') AND x.object IN wanted
    ))
),
fitting AS MATERIALIZED (
    SELECT w.replication, w.origin, w.target,
        :target = '' OR w.back OR coalesce(w.goal IN (w.far, (SELECT place FROM home WHERE home.key = w.far)), 0) AS reached,
        CASE WHEN w.back OR w.before IS NULL THEN '' ELSE w.before || ' > ' END
        || (SELECT id FROM entity WHERE key = w.replication)
        || '|' || coalesce((SELECT id FROM entity WHERE key = w.origin), '')
        || '|' || coalesce((SELECT id FROM entity WHERE key = w.target), '')
        || CASE WHEN w.back AND w.before IS NOT NULL THEN ' > ' || w.before ELSE '' END AS chain
    FROM worded AS w
    ORDER BY reached DESC, chain
    LIMIT :limit
),
found AS MATERIALIZED (
    SELECT fitting.*, (SELECT place FROM home WHERE home.key = fitting.origin) AS origin_place,
        (SELECT place FROM home WHERE home.key = fitting.target) AS target_place,
        (
            SELECT x.object FROM edge AS x CROSS JOIN entity AS s ON s.key = x.object
            WHERE x.subject IN (fitting.replication, fitting.target, fitting.origin) AND x.predicate IN ('transfers', 'tries')
            ORDER BY CASE x.subject WHEN fitting.replication THEN 1 WHEN fitting.target THEN 2 ELSE 3 END, s.id LIMIT 1
        ) AS solution
    FROM fitting
)
SELECT n.chain, n.reached, r.id AS replication,
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
CROSS JOIN entity AS r ON r.key = n.replication
LEFT JOIN entity AS a ON a.key = n.origin
LEFT JOIN entity AS ap ON ap.key = n.origin_place
LEFT JOIN entity AS b ON b.key = n.target
LEFT JOIN entity AS bp ON bp.key = n.target_place
LEFT JOIN entity AS s ON s.key = n.solution
CROSS JOIN fact AS e ON e.key = (
    SELECT f.key FROM fact AS f
    WHERE f.subject_key = n.replication AND (
        f.predicate = 'replicated_to' AND f.value_key = n.target
        OR n.target IS NULL AND f.predicate = 'replicated_from' AND f.value_key = n.origin
    )
    ORDER BY f.verdict = 'confirmed' DESC, coalesce(f.date, '') DESC, f.confidence DESC, f.id
    LIMIT 1
)
ORDER BY n.reached DESC, n.chain
