// An entity's facts from both ends. Parameters: entity, limit.
// Only what decides the order is read at first, so that the evidence of an entity that thousands of documents name is not
// looked up in vain.
MATCH (asked:Entity {id: $entity})
MATCH (m:Entity {canonical: asked.canonical})
CALL (m) {
    MATCH (m)<-[:SUBJECT]-(s:Statement)
    WHERE s.live
    OPTIONAL MATCH (s)-[:OBJECT]->(e:Entity)
    RETURN 0 AS inverse, s, coalesce(e.canonical, s.value) AS other, e.canonical AS end
    UNION ALL
    MATCH (m)<-[:OBJECT]-(s:Statement)-[:SUBJECT]->(e:Entity)
    WHERE s.live
    RETURN 1 AS inverse, s, e.canonical AS other, e.canonical AS end
}
WITH inverse, s, other, end
ORDER BY inverse, s.predicate, other, s.id
LIMIT $limit
MATCH (s)-[:FROM_SOURCE]->(source:Source)
MATCH (s)-[:RESTS_ON]->(v:Evidence)
OPTIONAL MATCH (v)-[:IN_DOCUMENT]->(d:Document)
OPTIONAL MATCH (o:Entity {id: end})
CALL (d) {
    MATCH (a:Address)-[:HOLDS]->(d)
    RETURN min(a.address) AS smallest
}
RETURN inverse, s.predicate AS predicate, other, o.kind AS other_kind, coalesce(o.name, other) AS other_name,
    s.id AS statement, s.progress AS progress, s.modality AS modality, s.certainty AS certainty,
    s.valid_from AS valid_from, s.valid_to AS valid_to, s.verdict AS verdict,
    d.id AS document, d.title AS title, d.date AS date, coalesce(smallest, v.address) AS address,
    v.page AS page, v.start AS start, v.end AS `end`, v.quote AS quote, s.extractor AS extractor, s.confidence AS confidence,
    v.person AS person, CASE WHEN source.counted THEN source.name END AS source
ORDER BY inverse, predicate, other, statement
