// What search reads of a Neo4j store: the statements of search.sql with the same names, parameters and columns (docs/neo4j.md
// has the layout). Lists come as lists; $match is in Lucene's language.

// name: every_passage
MATCH (p:Passage)-[:PART_OF]->(d:Document)
RETURN p.key AS key, p.id AS id, d.key AS document, p.language AS language ORDER BY key

// name: every_document
MATCH (d:Document)
RETURN d.key AS key, d.id AS id, d.title AS title, d.language AS language, d.date AS date, d.genre AS genre, d.country AS country
ORDER BY key

// name: passages_to_embed
UNWIND $ids AS wanted
MATCH (p:Passage {id: wanted})-[:PART_OF]->(d:Document)
RETURN p.id AS id, d.title AS title, p.text AS text

// name: documents_to_embed
UNWIND $ids AS wanted
MATCH (d:Document {id: wanted})
RETURN d.id AS id, d.title AS title, left(d.text, $length) AS text

// name: with_word
// One row: the list of passage keys, at most $most.
CALL db.index.fulltext.queryNodes('passage_text', $match, {limit: $most}) YIELD node
RETURN collect(node.key) AS keys

// name: entities_with_word
CALL db.index.fulltext.queryNodes('entity_text', $match, {limit: $most}) YIELD node, score
RETURN node.key AS key, node.id AS id, node.kind AS kind, node.name AS name, node.country AS country, node.sources AS sources,
    node.statements AS statements
ORDER BY score DESC, key

// name: entities_by_key
UNWIND $keys AS wanted
MATCH (e:Entity {key: wanted})
RETURN e.key AS key, e.id AS id, e.kind AS kind, e.name AS name, e.country AS country, e.sources AS sources,
    e.statements AS statements

// name: names_of
UNWIND $keys AS wanted
MATCH (c:Entity {key: wanted})
MATCH (m:Entity {canonical: c.id})-[:CALLED]->(a:Alias)
RETURN c.key AS key, a.folded AS folded, a.name AS name ORDER BY key, folded, name

// name: names_beginning
MATCH (a:Alias)
WHERE a.folded STARTS WITH $beginning
WITH a ORDER BY a.folded LIMIT $most
MATCH (a)<-[:CALLED]-(m:Entity)
MATCH (c:Entity {id: m.canonical})
RETURN c.key AS key, c.id AS id, c.kind AS kind, c.name AS name, c.country AS country, c.sources AS sources,
    c.statements AS statements, a.name AS matched, a.folded AS folded
ORDER BY folded

// name: folded_into
// The keys as told that are folded into entities, each with the key of the whole.
UNWIND $keys AS wanted
MATCH (c:Entity {key: wanted})
MATCH (e:Entity {canonical: c.id})
RETURN e.key AS key, c.key AS canonical ORDER BY key

// name: every_mention
// Where live statements stand. Entities by their own keys, not those they are folded into; object 0 where there is none.
MATCH (d:Document)<-[:IN_DOCUMENT]-(v:Evidence)
MATCH (d)<-[:PART_OF]-(p:Passage)
WHERE p.start <= v.start AND v.start < p.end
MATCH (v)<-[:RESTS_ON]-(s:Statement)-[:SUBJECT]->(a:Entity)
WHERE s.live
OPTIONAL MATCH (s)-[:OBJECT]->(b:Entity)
RETURN DISTINCT p.key AS passage, a.key AS subject, coalesce(b.key, 0) AS object, s.progress AS progress

// name: facet_entities
// Every entity of a kind that facets show, by its own key, with what it is folded into.
MATCH (e:Entity)
USING INDEX e:Entity(kind, folded, id)
WHERE e.kind IN ['solution', 'project', 'place'] AND e.folded >= '' AND e.id IS NOT NULL
MATCH (c:Entity {id: e.canonical})
RETURN e.key AS key, c.key AS canonical, c.id AS id, c.kind AS kind, c.name AS name, c.country AS country

// name: documents_touched
// Documents that went, were updated or came after a generation. Here those that came are named too: a statement may see half of
// what somebody commits meanwhile, and then the largest key is no sign that all before it were seen.
MATCH (c:Change) WHERE c.generation > $since AND c.kind = 'document' RETURN c.id AS id
UNION MATCH (d:Document) WHERE d.generation > $since RETURN d.id AS id

// name: documents_changed
CALL () {
    MATCH (d:Document) WHERE d.key > $last RETURN d
    UNION
    UNWIND $ids AS wanted MATCH (d:Document {id: wanted}) RETURN d
}
RETURN d.key AS key, d.id AS id, d.title AS title, d.language AS language, d.date AS date, d.genre AS genre, d.country AS country
ORDER BY key

// name: passages_of_documents
UNWIND $keys AS wanted
MATCH (d:Document {key: wanted})<-[:PART_OF]-(p:Passage)
RETURN p.key AS key, p.id AS id, d.key AS document, p.language AS language ORDER BY key

// name: mentions_of_documents
UNWIND $keys AS wanted
MATCH (d:Document {key: wanted})<-[:IN_DOCUMENT]-(v:Evidence)
MATCH (d)<-[:PART_OF]-(p:Passage)
WHERE p.start <= v.start AND v.start < p.end
MATCH (v)<-[:RESTS_ON]-(s:Statement)-[:SUBJECT]->(a:Entity)
WHERE s.live
OPTIONAL MATCH (s)-[:OBJECT]->(b:Entity)
RETURN DISTINCT p.key AS passage, a.key AS subject, coalesce(b.key, 0) AS object, s.progress AS progress

// name: told_in
// What passages tell of entities of some kinds (folded): each with the quotes of its statements there, its own words first.
UNWIND $keys AS wanted
MATCH (p:Passage {key: wanted})-[:PART_OF]->(d:Document)
MATCH (d)<-[:IN_DOCUMENT]-(v:Evidence)
WHERE p.start <= v.start AND v.start < p.end
MATCH (v)<-[:RESTS_ON]-(s:Statement)
WHERE s.live
MATCH (s)-[:SUBJECT|OBJECT]->(e:Entity)
WITH DISTINCT p, v, s, e
MATCH (c:Entity {id: e.canonical})
WHERE c.kind IN $kinds
RETURN p.key AS passage, c.key AS key, c.id AS id, c.kind AS kind, c.name AS name, c.country AS country, c.sources AS sources,
    v.quote AS quote, v.start AS start, v.end AS `end`
ORDER BY id, s.predicate <> 'words', passage, start, s.id

// name: passages_shown
UNWIND $keys AS wanted
MATCH (p:Passage {key: wanted})-[:PART_OF]->(d:Document)
CALL (d) {
    OPTIONAL MATCH (a:Address)-[:HOLDS]->(d)
    WITH a ORDER BY a.address LIMIT 1
    RETURN a.address AS address, a.metadata AS metadata
}
RETURN p.key AS key, p.id AS id, d.id AS document, d.title AS title, d.date AS date, d.genre AS genre, p.language AS language,
    p.start AS start, p.end AS `end`, p.heading AS heading, p.text AS text, address, metadata

// name: passage_key
MATCH (p:Passage {id: $id}) RETURN p.key AS key

// name: counts
CALL () { MATCH (p:Passage) RETURN count(p) AS passages }
CALL () { MATCH (d:Document) RETURN count(d) AS documents }
RETURN passages, documents

// What reading texts asks (ingest/elsewhere.py). Documents that count as no source (digests) are left out.

// name: count_naming
// Which of these entities live statements give a name with $least confidence or more, and in how many documents.
UNWIND $ids AS wanted
MATCH (e:Entity {id: wanted})<-[:SUBJECT]-(s:Statement)-[:FROM_SOURCE]->(o:Source)
USING INDEX SEEK e:Entity(id)
WHERE s.predicate = 'name' AND s.live AND s.confidence >= $least AND o.counted
MATCH (s)-[:RESTS_ON]->(:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN wanted AS id, count(DISTINCT d) AS documents ORDER BY id

// name: documents_naming
MATCH (e:Entity {id: $entity})<-[:SUBJECT]-(s:Statement)-[:FROM_SOURCE]->(o:Source)
USING INDEX SEEK e:Entity(id)
WHERE s.predicate = 'name' AND s.live AND s.confidence >= $least AND o.counted
MATCH (s)-[:RESTS_ON]->(:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT d.id AS id ORDER BY id

// name: count_with_words
CALL db.index.fulltext.queryNodes('passage_text', $match) YIELD node
MATCH (node)-[:PART_OF]->(d:Document)-[:FROM_SOURCE]->(o:Source)
WHERE o.counted
RETURN count(DISTINCT d) AS documents

// name: documents_with_words
CALL db.index.fulltext.queryNodes('passage_text', $match) YIELD node
MATCH (node)-[:PART_OF]->(d:Document)-[:FROM_SOURCE]->(o:Source)
WHERE o.counted
RETURN DISTINCT d.id AS id ORDER BY id
