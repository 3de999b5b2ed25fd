-- Passages and statements of one document. Parameters: document, limit.
-- CROSS JOIN keeps the order of tables: from the document to what it holds.
WITH asked AS (
    SELECT key FROM document WHERE id = :document
    UNION
    SELECT document FROM address WHERE address = :document
)
SELECT 'passage' AS part, p.id, p.start, p."end", p.text, p.heading, p.language, NULL AS page,
    NULL AS subject, NULL AS subject_name, NULL AS predicate, NULL AS value, NULL AS value_name,
    NULL AS progress, NULL AS modality, NULL AS certainty, NULL AS valid_from, NULL AS valid_to,
    NULL AS verdict, NULL AS extractor, NULL AS confidence
FROM asked CROSS JOIN passage AS p ON p.document = asked.key
UNION ALL
SELECT 'statement', s.id, s.start, s."end", s.quote, NULL, NULL, s.page,
    cs.id, cs.name, s.predicate, coalesce(co.id, s.value), coalesce(co.name, s.value),
    s.progress, s.modality, s.certainty, s.valid_from, s.valid_to,
    s.verdict, s.extractor, s.confidence
FROM asked
CROSS JOIN statement AS s ON s.document = asked.key
CROSS JOIN entity AS es ON es.key = s.subject
CROSS JOIN entity AS cs ON cs.key = es.canonical
LEFT JOIN entity AS eo ON eo.key = s.object
LEFT JOIN entity AS co ON co.key = eo.canonical
ORDER BY start, part, "end", id
LIMIT :limit
