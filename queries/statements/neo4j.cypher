// Statements by filters. Parameters: statement, subject, predicate, value, document, after, limit.
// One branch for the narrowest filter given, so that each is found through its index; a branch that is not wanted gets no row
// to begin with.
OPTIONAL MATCH (about:Entity {id: $subject})
OPTIONAL MATCH (to:Entity {id: $value})
WITH about.canonical AS subject, to.canonical AS value, CASE
    WHEN $statement <> '' THEN 'statement'
    WHEN $subject <> '' THEN 'subject'
    WHEN $document <> '' THEN 'document'
    WHEN $value <> '' THEN 'value'
    ELSE 'all'
END AS by
CALL (subject, value, by) {
    WITH by WHERE by = 'statement'
    MATCH (s:Statement {id: $statement}) RETURN s
    UNION ALL
    WITH subject, by WHERE by = 'subject'
    MATCH (m:Entity {canonical: subject})<-[:SUBJECT]-(s:Statement) RETURN s
    UNION ALL
    WITH by WHERE by = 'document'
    MATCH (:Document {id: $document})<-[:IN_DOCUMENT]-(:Evidence)<-[:RESTS_ON]-(s:Statement) RETURN s
    UNION ALL
    WITH value, by WHERE by = 'value'
    MATCH (m:Entity {canonical: value})<-[:OBJECT]-(s:Statement) RETURN s
    UNION ALL
    WITH by WHERE by = 'all'
    MATCH (s:Statement) WHERE s.id > $after AND ($predicate = '' OR s.predicate = $predicate)
    RETURN s ORDER BY s.id LIMIT $limit
}
WITH subject, value, s
WHERE s.id > $after
    AND ($predicate = '' OR s.predicate = $predicate)
    AND ($subject = '' OR EXISTS { MATCH (s)-[:SUBJECT]->(e:Entity) WHERE e.canonical = subject })
    AND ($value = '' OR EXISTS { MATCH (s)-[:OBJECT]->(e:Entity) WHERE e.canonical = value })
    AND ($document = '' OR EXISTS { MATCH (s)-[:RESTS_ON]->(:Evidence)-[:IN_DOCUMENT]->(d:Document) WHERE d.id = $document })
WITH s
ORDER BY s.id
LIMIT $limit
MATCH (s)-[:FROM_SOURCE]->(source:Source)
MATCH (s)-[:RESTS_ON]->(v:Evidence)
MATCH (s)-[:SUBJECT]->(a:Entity)
MATCH (ca:Entity {id: a.canonical})
OPTIONAL MATCH (s)-[:OBJECT]->(b:Entity)
OPTIONAL MATCH (cb:Entity {id: b.canonical})
OPTIONAL MATCH (v)-[:IN_DOCUMENT]->(d:Document)
CALL (d) {
    MATCH (x:Address)-[:HOLDS]->(d)
    RETURN min(x.address) AS smallest
}
RETURN s.id AS statement, ca.id AS subject, ca.kind AS subject_kind, ca.name AS subject_name, s.predicate AS predicate,
    coalesce(cb.id, s.value) AS value, cb.kind AS value_kind, coalesce(cb.name, s.value) AS value_name,
    s.progress AS progress, s.modality AS modality, s.certainty AS certainty, s.valid_from AS valid_from, s.valid_to AS valid_to,
    s.verdict AS verdict, d.id AS document, d.title AS title, d.date AS date, coalesce(smallest, v.address) AS address,
    v.page AS page, v.start AS start, v.end AS `end`, v.quote AS quote, s.extractor AS extractor, s.confidence AS confidence,
    v.person AS person, CASE WHEN source.counted THEN source.name END AS source
ORDER BY statement
