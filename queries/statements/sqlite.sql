-- Statements by filters. Parameters: statement, subject, predicate, value, document, after, limit.
-- One branch for the narrowest filter given, so that each is found through its index; the tests on parameters switch them.
WITH picked AS (
    SELECT key FROM statement WHERE :statement <> '' AND id = :statement
    UNION ALL
    SELECT s.key FROM entity AS e JOIN statement AS s ON s.subject = e.key
    WHERE :statement = '' AND :subject <> '' AND e.canonical = (SELECT canonical FROM entity WHERE id = :subject)
    UNION ALL
    SELECT s.key FROM document AS d JOIN statement AS s ON s.document = d.key
    WHERE :statement = '' AND :subject = '' AND :document <> '' AND d.id = :document
    UNION ALL
    SELECT s.key FROM entity AS e JOIN statement AS s ON s.object = e.key
    WHERE :statement = '' AND :subject = '' AND :document = '' AND :value <> ''
        AND e.canonical = (SELECT canonical FROM entity WHERE id = :value)
),
page AS MATERIALIZED (
    SELECT * FROM (
        SELECT s.key, s.id FROM picked JOIN statement AS s ON s.key = picked.key
        WHERE s.id > :after
            AND (:subject = '' OR s.subject IN (
                SELECT e.key FROM entity AS e WHERE e.canonical = (SELECT canonical FROM entity WHERE id = :subject)))
            AND (:predicate = '' OR s.predicate = :predicate)
            AND (:document = '' OR s.document = (SELECT key FROM document WHERE id = :document))
            AND (:value = '' OR s.object IN (
                SELECT e.key FROM entity AS e WHERE e.canonical = (SELECT canonical FROM entity WHERE id = :value)))
        UNION ALL
        SELECT * FROM (
            SELECT s.key, s.id FROM statement AS s
            WHERE :statement = '' AND :subject = '' AND :document = '' AND :value = '' AND s.id > :after
                AND (:predicate = '' OR s.predicate = :predicate)
            ORDER BY s.id LIMIT :limit
        )
    )
    ORDER BY id LIMIT :limit
)
SELECT s.id AS statement, ca.id AS subject, ca.kind AS subject_kind, ca.name AS subject_name, s.predicate,
    coalesce(co.id, s.value) AS value, co.kind AS value_kind, coalesce(co.name, s.value) AS value_name,
    s.progress, s.modality, s.certainty, s.valid_from, s.valid_to, s.verdict, d.id AS document, d.title, d.date,
    coalesce((SELECT min(x.address) FROM address AS x WHERE x.document = d.key), s.address) AS address,
    s.page, s.start, s."end", s.quote, s.extractor, s.confidence, s.person, CASE WHEN r.counted THEN r.name END AS source
FROM page
JOIN statement AS s ON s.key = page.key
JOIN source AS r ON r.key = s.source
JOIN entity AS a ON a.key = s.subject
JOIN entity AS ca ON ca.key = a.canonical
LEFT JOIN entity AS o ON o.key = s.object
LEFT JOIN entity AS co ON co.key = o.canonical
LEFT JOIN document AS d ON d.key = s.document
ORDER BY s.id
