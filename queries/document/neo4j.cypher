// Passages and statements of one document. Parameters: document, limit.
CALL () {
    MATCH (d:Document {id: $document}) RETURN d
    UNION
    MATCH (:Address {address: $document})-[:HOLDS]->(d:Document) RETURN d
}
CALL (d) {
    MATCH (p:Passage)-[:PART_OF]->(d)
    RETURN 'passage' AS part, p.id AS id, p.start AS start, p.end AS `end`, p.text AS text, p.heading AS heading,
        p.language AS language, null AS page, null AS s, null AS subject, null AS object
    UNION ALL
    MATCH (d)<-[:IN_DOCUMENT]-(v:Evidence)<-[:RESTS_ON]-(s:Statement)-[:SUBJECT]->(subject:Entity)
    OPTIONAL MATCH (s)-[:OBJECT]->(object:Entity)
    RETURN 'statement' AS part, s.id AS id, v.start AS start, v.end AS `end`, v.quote AS text, null AS heading,
        null AS language, v.page AS page, s, subject.canonical AS subject, object.canonical AS object
}
WITH part, id, start, `end`, text, heading, language, page, s, subject, object
ORDER BY start, part, `end`, id
LIMIT $limit
OPTIONAL MATCH (a:Entity {id: subject})
OPTIONAL MATCH (b:Entity {id: object})
RETURN part, id, start, `end`, text, heading, language, page, subject, a.name AS subject_name, s.predicate AS predicate,
    coalesce(object, s.value) AS value, coalesce(b.name, s.value) AS value_name, s.progress AS progress, s.modality AS modality,
    s.certainty AS certainty, s.valid_from AS valid_from, s.valid_to AS valid_to, s.verdict AS verdict,
    s.extractor AS extractor, s.confidence AS confidence
ORDER BY start, part, `end`, id
