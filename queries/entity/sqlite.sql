-- An entity's facts from both ends. Parameters: entity, limit.
WITH shown AS NOT MATERIALIZED (
    SELECT f.*, coalesce((SELECT min(a.address) FROM address AS a WHERE a.document = d.key), f.address) AS shown_address,
        CASE WHEN o.counted THEN o.name END AS source_name
    FROM fact AS f
    JOIN source AS o ON o.key = f.source
    LEFT JOIN document AS d ON d.id = f.document
)
SELECT 0 AS inverse, predicate, value AS other, value_kind AS other_kind, value_name AS other_name, id AS statement,
    progress, modality, certainty, valid_from, valid_to, verdict, document, title, date, shown_address AS address,
    page, start, "end", quote, extractor, confidence, person, source_name AS source
FROM shown WHERE subject_key = (SELECT canonical FROM entity WHERE id = :entity)
UNION ALL
SELECT 1 AS inverse, predicate, subject AS other, subject_kind AS other_kind, subject_name AS other_name, id AS statement,
    progress, modality, certainty, valid_from, valid_to, verdict, document, title, date, shown_address AS address,
    page, start, "end", quote, extractor, confidence, person, source_name AS source
FROM shown WHERE value_key = (SELECT canonical FROM entity WHERE id = :entity)
ORDER BY inverse, predicate, other, statement
LIMIT :limit
