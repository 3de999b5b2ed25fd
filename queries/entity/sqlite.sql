-- An entity's facts from both ends. Parameters: entity, limit.
-- CROSS JOIN keeps the order of tables: from the entity's members to their statements, never the other way round.
WITH
asked AS (SELECT canonical AS key FROM entity WHERE id = :entity),
-- Only what decides the order, so that the evidence of an entity that thousands of documents name is not looked up in vain.
found AS MATERIALIZED (
    SELECT 0 AS inverse, s.predicate, coalesce(o.id, s.value) AS other, s.id AS statement, s.key, o.key AS other_key
    FROM asked
    CROSS JOIN entity AS m ON m.canonical = asked.key
    CROSS JOIN statement AS s ON s.subject = m.key AND s.live
    LEFT JOIN entity AS e ON e.key = s.object
    LEFT JOIN entity AS o ON o.key = e.canonical
    UNION ALL
    SELECT 1, s.predicate, o.id, s.id, s.key, o.key
    FROM asked
    CROSS JOIN entity AS m ON m.canonical = asked.key
    CROSS JOIN statement AS s ON s.object = m.key AND s.live
    CROSS JOIN entity AS e ON e.key = s.subject
    CROSS JOIN entity AS o ON o.key = e.canonical
    ORDER BY inverse, predicate, other, statement
    LIMIT :limit
)
SELECT found.inverse, found.predicate, found.other, o.kind AS other_kind, coalesce(o.name, found.other) AS other_name,
    found.statement, s.progress, s.modality, s.certainty, s.valid_from, s.valid_to, s.verdict,
    d.id AS document, d.title, d.date,
    coalesce((SELECT min(a.address) FROM address AS a WHERE a.document = s.document), s.address) AS address,
    s.page, s.start, s."end", s.quote, s.extractor, s.confidence, s.person,
    CASE WHEN source.counted THEN source.name END AS source
FROM found
CROSS JOIN statement AS s ON s.key = found.key
CROSS JOIN source ON source.key = s.source
LEFT JOIN entity AS o ON o.key = found.other_key
LEFT JOIN document AS d ON d.key = s.document
ORDER BY found.inverse, found.predicate, found.other, found.statement
