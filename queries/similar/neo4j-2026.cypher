CYPHER 25
// The same where the index filters by language as it searches. Parameters: passage, language, wide.
MATCH (asked:Passage {id: $passage}) USING INDEX SEEK asked:Passage(id)
MATCH (asked)-[:PART_OF]->(own:Document)
CALL (asked) {
    WHEN asked.vector IS NULL THEN { RETURN [] AS nodes }
    WHEN $language = '' THEN {
        MATCH (p:Passage)
            SEARCH p IN (VECTOR INDEX passage_vector FOR asked.vector LIMIT $wide)
        RETURN collect(p) AS nodes
    }
    ELSE {
        MATCH (p:Passage)
            SEARCH p IN (VECTOR INDEX passage_vector FOR asked.vector WHERE p.language = $language LIMIT $wide)
        RETURN collect(p) AS nodes
    }
}
RETURN asked.vector AS vector, size(nodes) AS seen,
    COLLECT {
        UNWIND nodes AS p
        MATCH (p)-[:PART_OF]->(d:Document) WHERE d <> own
        RETURN [p.key, p.vector]
    } AS near
