// Documents by title. Parameters: title, after, limit.
MATCH (d:Document)
WHERE d.title > $title OR (d.title = $title AND d.id > $after)
WITH d, d.title AS title, d.id AS id
ORDER BY title, id
LIMIT $limit
CALL (d) {
    MATCH (a:Address)-[:HOLDS]->(d)
    RETURN min(a.address) AS address
}
RETURN title, id, address, d.language AS language, d.date AS date, d.genre AS genre, d.country AS country,
    COUNT { (d)<-[:IN_DOCUMENT]-(:Evidence)<-[:RESTS_ON]-(:Statement) } AS statements
ORDER BY title, id
