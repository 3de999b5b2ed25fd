// Passages of other documents near one in meaning, which question.py ranks by their vectors. Parameters: passage, language, wide.
// The index knows neither documents nor languages: what is left of the nearest `wide` is given, and how many were seen.
MATCH (asked:Passage {id: $passage}) USING INDEX SEEK asked:Passage(id)
MATCH (asked)-[:PART_OF]->(own:Document)
CALL (asked) {
    WITH asked WHERE asked.vector IS NOT NULL
    CALL db.index.vector.queryNodes('passage_vector', $wide, asked.vector) YIELD node
    RETURN collect(node) AS nodes
}
RETURN asked.vector AS vector, size(nodes) AS seen,
    COLLECT {
        UNWIND nodes AS p
        MATCH (p)-[:PART_OF]->(d:Document) WHERE d <> own AND ($language = '' OR p.language = $language)
        RETURN [p.key, p.vector]
    } AS near
