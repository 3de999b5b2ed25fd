// Folding: entities and edges derived from statements, proposals and judgements. $keys is a list of entity ids, or of rows;
// what writes has $rows. EDGES stands for the types of folded edges, which are those of graph/schema.yaml.

// name: identities
UNWIND $keys AS key MATCH (e:Entity {id: key}) RETURN key, e.id, e.kind, e.canonical

// name: untold
UNWIND $keys AS key MATCH (e:Entity {id: key})
WHERE COUNT { (e)<-[:SUBJECT]-() } = 0 AND COUNT { (e)<-[:OBJECT]-() } = 0
RETURN e.id

// name: mates
UNWIND $keys AS key MATCH (e:Entity {id: key})
CALL (e) {
    MATCH (m:Entity {canonical: e.canonical}) RETURN m.id AS mate
    UNION MATCH (e)-[p:PROPOSED]-(m:Entity) WHERE p.score >= 95 RETURN m.id AS mate
    UNION MATCH (e)-[j:JUDGED]-(m:Entity) WHERE j.verdict = 'same' RETURN m.id AS mate
    UNION MATCH (e)-[:ALIKE]-(m:Entity) RETURN m.id AS mate
}
RETURN DISTINCT mate

// name: strong_proposals
UNWIND $keys AS key MATCH (:Entity {id: key})-[p:PROPOSED]->(b:Entity) WHERE p.score >= 95 RETURN key, b.id, p.score

// name: judged_within
UNWIND $keys AS key MATCH (:Entity {id: key})-[j:JUDGED]->(b:Entity) RETURN key, b.id, j.verdict, j.at, j.judgement

// name: alike_within
UNWIND $keys AS key MATCH (:Entity {id: key})-[:ALIKE]->(b:Entity) RETURN key, b.id

// name: set_canonical
UNWIND $rows AS row
MATCH (e:Entity {id: row[1]})
OPTIONAL MATCH (e)-[f:FOLDED_INTO]->(:Entity)
DELETE f
WITH row, e
SET e.canonical = row[0], e.name = '', e.folded = '', e.country = '', e.statements = 0, e.sources = 0
WITH row, e WHERE row[0] <> row[1]
MATCH (c:Entity {id: row[0]})
CREATE (e)-[:FOLDED_INTO]->(c)

// name: names_told
UNWIND $keys AS key
MATCH (e:Entity {id: key})
MATCH (e)<-[:NAMES]-(v:Vote) WHERE v.predicate IN ['name', 'alias']
RETURN DISTINCT key, v.value

// name: aliases
UNWIND $keys AS key MATCH (:Entity {id: key})-[:CALLED]->(a:Alias) RETURN key, a.name

// name: group_aliases
UNWIND $keys AS key MATCH (m:Entity {canonical: key}) MATCH (m)-[:CALLED]->(a:Alias) RETURN DISTINCT key, a.name

// name: delete_alias
UNWIND $rows AS row MATCH (:Entity {id: row[1]})-[:CALLED]->(a:Alias {name: row[2]}) DETACH DELETE a

// name: insert_alias
UNWIND $rows AS row MATCH (e:Entity {id: row[1]}) CREATE (e)-[:CALLED]->(:Alias {folded: left(row[0], 1000), name: row[2]})

// name: with_alias
UNWIND $keys AS row MATCH (a:Alias {folded: left(row[0], 1000)}) MATCH (a)<-[:CALLED]-(e:Entity {kind: row[1]})
RETURN DISTINCT row[0], row[1], e.id

// name: keys_by_id
UNWIND $keys AS key MATCH (e:Entity {id: key}) RETURN e.id, key

// name: pair_judgements
MATCH (j:Judgement {words: 0}) RETURN j.id, j.verdict, j.first, j.second, j.first_written, j.second_written, j.at

// name: judged
MATCH (a:Entity)-[j:JUDGED]->(b:Entity) RETURN j.judgement, a.id, b.id

// name: put_judged
UNWIND $rows AS row
OPTIONAL MATCH ()-[before:JUDGED {judgement: row[0]}]->()
DELETE before
WITH row
MATCH (a:Entity {id: row[1]}) MATCH (b:Entity {id: row[2]})
CREATE (a)-[:JUDGED {judgement: row[0], verdict: row[3], at: row[4]}]->(b)

// name: judged_of
UNWIND $keys AS key MATCH (:Entity {id: key})-[j:JUDGED]-(:Entity) RETURN DISTINCT j.judgement

// name: delete_judged
UNWIND $rows AS row MATCH ()-[j:JUDGED {judgement: row[0]}]->() DELETE j

// name: votes
UNWIND $keys AS key MATCH (m:Entity {canonical: key}) MATCH (m)<-[:NAMES]-(v:Vote) WHERE v.predicate IN ['name', 'country']
RETURN key, v.predicate, v.value, COUNT { (v)-[:VOICED_BY]->() }

// name: any_name
UNWIND $keys AS key MATCH (m:Entity {canonical: key}) MATCH (m)<-[:SUBJECT]-(s:Statement) WHERE s.predicate = 'name'
RETURN key, min(s.value)

// name: support_of_entities
UNWIND $keys AS key
CALL (key) { MATCH (m:Entity {canonical: key}) RETURN sum(m.told) AS statements }
CALL (key) {
    MATCH (m:Entity {canonical: key}) MATCH (m)<-[:NAMES]-(v:Vote {predicate: 'name'})
    RETURN collect(v) AS names
}
CALL (names) { // of a single name the server keeps how many there are, and a town may be named in thousands
    UNWIND CASE WHEN size(names) = 1 THEN names ELSE [] END AS v
    RETURN sum(COUNT { (v)-[:VOICED_BY]->() }) AS one
}
CALL (names) {
    UNWIND CASE WHEN size(names) > 1 THEN names ELSE [] END AS v
    MATCH (v)-[:VOICED_BY]->(o:Source)
    RETURN count(DISTINCT o) AS several
}
RETURN key, statements, one + several

// name: delete_entity
UNWIND $rows AS row
MATCH (e:Entity {id: row[0]})
OPTIONAL MATCH (e)-[:CALLED]->(a:Alias)
WITH e, collect(a) AS aliases
FOREACH (a IN aliases | DETACH DELETE a)
DETACH DELETE e

// name: delete_entity_text
UNWIND $rows AS row MATCH (e:Entity {id: row[0]}) REMOVE e.words

// name: insert_entity_text
UNWIND $rows AS row MATCH (e:Entity {id: row[0]}) SET e.words = row[1]

// name: update_entity
UNWIND $rows AS row
MATCH (e:Entity {id: row[5]})
SET e.name = row[0], e.folded = left(row[1], 1000), e.country = row[2], e.statements = row[3], e.sources = row[4]

// name: delete_edges_of
UNWIND $rows AS row
MATCH (:Entity {id: row[0]})-[r:EDGES]-(:Entity)
WITH DISTINCT r, startNode(r).id AS subject
DELETE r
RETURN DISTINCT subject

// name: edges_told
UNWIND $keys AS key
MATCH (e:Entity {id: key})
CALL (e) {
    MATCH (e)<-[:SUBJECT]-(s:Statement)-[:OBJECT]->(b:Entity) WHERE s.live
    RETURN e.canonical AS a, s.predicate AS predicate, b.canonical AS c
    UNION MATCH (e)<-[:OBJECT]-(s:Statement)-[:SUBJECT]->(b:Entity) WHERE s.live
    RETURN b.canonical AS a, s.predicate AS predicate, e.canonical AS c
}
RETURN DISTINCT a, predicate, c

// name: support_of_edges
UNWIND $edges AS edge
MATCH (a:Entity {canonical: edge[0]}) MATCH (b:Entity {canonical: edge[2]})
MATCH (s:Statement {subject: a.id, predicate: edge[1], object: b.id}) WHERE s.live
MATCH (s)-[:FROM_SOURCE]->(o:Source)
RETURN edge[0], edge[1], edge[2], count(s), count(DISTINCT CASE WHEN o.counted THEN o END)

// name: put_edge
UNWIND $rows AS row
MATCH (a:Entity {id: row[0]}) MATCH (b:Entity {id: row[2]})
OPTIONAL MATCH (a)-[r:EDGES]->(b) WHERE r.predicate = row[1]
FOREACH (_ IN CASE WHEN r IS NULL THEN [1] ELSE [] END |
    CREATE (a)-[:$(toUpper(row[1])) {predicate: row[1], statements: row[3], sources: row[4]}]->(b)
)
SET r.statements = row[3], r.sources = row[4]

// name: insert_edges
UNWIND $rows AS group // [predicate, object, [[subject, statements, sources]]] of edges that are not there
MATCH (b:Entity {id: group[1]})
UNWIND group[2] AS row
MATCH (a:Entity {id: row[0]})
CREATE (a)-[:$(toUpper(group[0])) {predicate: group[0], statements: row[1], sources: row[2]}]->(b)

// name: delete_edge
UNWIND $rows AS row
MATCH (a:Entity {id: row[0]}) MATCH (b:Entity {id: row[2]})
MATCH (a)-[r:EDGES]->(b) WHERE r.predicate = row[1]
DELETE r

// name: composites_with
UNWIND $keys AS key UNWIND $predicates AS predicate
MATCH (s:Statement {object: key, predicate: predicate}) WHERE s.live
MATCH (e:Entity {id: s.subject}) WHERE e.kind = $kind
RETURN DISTINCT e.id

// name: parts
UNWIND $keys AS key MATCH (e:Entity {id: key})
MATCH (e)<-[:SUBJECT]-(s:Statement)-[:OBJECT]->(o:Entity) WHERE s.live AND s.predicate IN $predicates
RETURN DISTINCT key, s.predicate, o.canonical

// name: multiple
UNWIND $keys AS key MATCH (e:Entity {canonical: key}) WITH key, count(e) AS members WHERE members > 1 RETURN key

// name: members
UNWIND $keys AS key MATCH (e:Entity {canonical: key}) RETURN DISTINCT e.id

// name: alike_of
UNWIND $keys AS key MATCH (:Entity {id: key})-[k:ALIKE]-(:Entity) RETURN DISTINCT startNode(k).id, endNode(k).id

// name: delete_alike
UNWIND $rows AS row MATCH (a:Entity {id: row[0]}) MATCH (b:Entity {id: row[1]}) WITH a, b MATCH (a)-[k:ALIKE]->(b) DELETE k

// name: put_alike
UNWIND $rows AS row MATCH (a:Entity {id: row[0]}) MATCH (b:Entity {id: row[1]}) CREATE (a)-[:ALIKE]->(b)

// name: put_replicated_as
UNWIND $keys AS key
OPTIONAL MATCH ()-[before:REPLICATED_AS {replication: key}]->()
DELETE before
WITH DISTINCT key
MATCH (r:Entity {id: key}) MATCH (r)-[:REPLICATED_FROM]->(a:Entity) MATCH (r)-[:REPLICATED_TO]->(b:Entity)
CREATE (a)-[:REPLICATED_AS {replication: key}]->(b)

// name: clear_relationships
MATCH (:Entity)-[r:EDGES|REPLICATED_AS|JUDGED|ALIKE|FOLDED_INTO]->() WITH r LIMIT 50000 DELETE r RETURN count(r)

// name: clear_aliases
MATCH (a:Alias) WITH a LIMIT 50000 DETACH DELETE a RETURN count(a)

// name: clear_entities
MATCH (e:Entity) WHERE e.canonical <> e.id OR e.name <> '' OR e.statements <> 0 OR e.words IS NOT NULL
WITH e LIMIT 50000
SET e.canonical = e.id, e.name = '', e.folded = '', e.country = '', e.statements = 0, e.sources = 0
REMOVE e.words
RETURN count(e)

// name: linked
MATCH (a:Entity)-[p:PROPOSED]->(b:Entity) WHERE p.score >= 95 UNWIND [a.id, b.id] AS id RETURN DISTINCT id

// name: all_keys
MATCH (e:Entity) RETURN e.id

// name: all_triples
MATCH (s:Statement) WHERE s.object IS NOT NULL RETURN DISTINCT s.subject, s.predicate, s.object
