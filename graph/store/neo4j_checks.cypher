// What doctor looks for; each returns the offenders as text, nothing when all is well: the same as checks.sql, and what the
// constraints of SQLite keep there.

// name: quotes
MATCH (s:Statement)-[:RESTS_ON]->(v:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN s.id, v.start, v.end, v.quote, d.id ORDER BY d.id

// name: passages
MATCH (p:Passage)-[:PART_OF]->(d:Document) RETURN p.id, p.start, p.end, p.text, d.id ORDER BY d.id

// name: texts
UNWIND $keys AS key MATCH (d:Document {id: key}) RETURN d.id, d.text

// name: edges_without_statement
MATCH (a:Entity)-[r:EDGES]->(b:Entity)
WHERE NOT EXISTS {
    MATCH (x:Entity {canonical: a.id}) MATCH (y:Entity {canonical: b.id})
    MATCH (s:Statement {subject: x.id, predicate: r.predicate, object: y.id}) WHERE s.live
}
RETURN a.id + ' ' + r.predicate + ' ' + b.id AS edge ORDER BY edge

// name: statements_without_edge
MATCH (a:Entity)<-[:SUBJECT]-(s:Statement)-[:OBJECT]->(b:Entity) WHERE s.live
MATCH (x:Entity {id: a.canonical}) MATCH (y:Entity {id: b.canonical})
WHERE NOT EXISTS { MATCH (x)-[r:EDGES]->(y) WHERE r.predicate = s.predicate }
RETURN s.id AS id ORDER BY id

// name: untold_entities
MATCH (e:Entity) WHERE COUNT { (e)<-[:SUBJECT]-() } = 0 AND COUNT { (e)<-[:OBJECT]-() } = 0 RETURN e.id AS id ORDER BY id

// name: nameless_entities
MATCH (e:Entity) WHERE e.canonical = e.id AND e.name = '' RETURN e.id AS id ORDER BY id

// name: lost_canonical
MATCH (e:Entity)
OPTIONAL MATCH (c:Entity {id: e.canonical})
WITH e, c
WHERE c IS NULL OR c.canonical <> c.id OR (e <> c AND NOT EXISTS { (e)-[:FOLDED_INTO]->(c) })
    OR (e = c AND EXISTS { (e)-[:FOLDED_INTO]->() })
RETURN e.id AS id ORDER BY id

// name: documents_without_address
MATCH (d:Document) WHERE NOT EXISTS { (:Address)-[:HOLDS]->(d) } RETURN d.id AS id ORDER BY id

// name: passages_without_text
MATCH (p:Passage) WHERE p.words IS NULL OR p.stems IS NULL RETURN p.id AS id ORDER BY id

// name: statements_cut_off
MATCH (s:Statement)
WHERE COUNT { (s)-[:SUBJECT]->(:Entity {id: s.subject}) } <> 1 OR COUNT { (s)-[:FROM_SOURCE]->(:Source) } <> 1
    OR COUNT { (s)-[:RESTS_ON]->(:Evidence) } <> 1
    OR COUNT { (s)-[:OBJECT]->(:Entity) } <> CASE WHEN s.object IS NULL THEN 0 ELSE 1 END
RETURN s.id AS id ORDER BY id

// name: nodes_left_over
MATCH (v:Evidence) WHERE COUNT { (v)<-[:RESTS_ON]-() } = 0 RETURN v.id AS id
UNION MATCH (o:Source) WHERE COUNT { (o)<-[:FROM_SOURCE]-() } = 0 RETURN o.name AS id
UNION MATCH (a:Alias) WHERE COUNT { (a)<-[:CALLED]-() } <> 1 RETURN 'alias ' + a.name AS id
UNION MATCH (a:Address) WHERE COUNT { (a)-[:HOLDS]->() } <> 1 RETURN a.address AS id
UNION MATCH (p:Passage) WHERE COUNT { (p)-[:PART_OF]->() } <> 1 RETURN p.id AS id

// name: miscounted
MATCH (e:Entity) WHERE e.told <> COUNT { (e)<-[:SUBJECT]-(s:Statement) WHERE s.live }
RETURN e.id AS id
UNION MATCH (v:Vote)
WHERE COUNT { (v)-[:NAMES]->() } <> 1 OR COUNT { (v)-[:VOICED_BY]->() } + COUNT { (v)-[:REPEATED_BY]->() } = 0
RETURN v.id AS id
UNION MATCH (e:Entity)<-[:NAMES]-(v:Vote)-[r:VOICED_BY|REPEATED_BY]->(o:Source)
WHERE r.statements <> COUNT {
    MATCH (e)<-[:SUBJECT]-(s:Statement)-[:FROM_SOURCE]->(o)
    WHERE s.live AND s.predicate = v.predicate AND s.value = v.value
}
RETURN v.id AS id
