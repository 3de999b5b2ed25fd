// The store's own statements on Neo4j: writing and reading. `name:` begins one; @name stands for the text of another.

// name: server_version
CALL dbms.components() YIELD name, versions RETURN name, versions[0]

// name: layout
MATCH (m:Meta {name: 'store'}) RETURN m.format

// name: any_node
MATCH (n) RETURN 1 LIMIT 1

// name: first_meta
UNWIND $rows AS row
MERGE (m:Meta {name: 'store'})
ON CREATE SET m.format = row.format, m.salt = row.salt, m.generation = 0, m.documents = 0, m.passages = 0, m.entities = 0,
    m.sequence = 0, m.recent = []

// name: online
SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name

// name: await_indexes
CALL db.awaitIndexes($seconds)

// name: was_kept
MATCH (m:Meta {name: 'store'}) WHERE $token IN m.recent RETURN 1

// name: begin
MATCH (m:Meta {name: 'store'})
SET m.writer = $token // takes the lock: writers wait here for each other, and read only what the others have committed
WITH m
SET m.generation = m.generation + 1, m.recent = (m.recent + $token)[-$remembered..]
RETURN m.generation, m.salt, m.documents, m.passages, m.entities, m.sequence, coalesce(m.deriving, '')

// name: end
UNWIND $rows AS row MATCH (m:Meta {name: 'store'})
SET m.documents = row.documents, m.passages = row.passages, m.entities = row.entities, m.sequence = row.sequence

// name: meta
MATCH (m:Meta {name: 'store'}) RETURN m.generation AS generation, m.salt AS salt

// name: set_meta
UNWIND $rows AS row MATCH (m:Meta {name: 'store'}) SET m += row

// Documents --------------------------------------------------------------------------------------------------------

// name: held
WITH DISTINCT d
MATCH (d)-[:FROM_SOURCE]->(o:Source)
RETURN d.id AS id, d.key AS key, d.fingerprint AS fingerprint, d.generation AS generation, o.name AS source,
    o.counted AS counted, [d.title, d.language, d.date, d.genre, d.country] AS columns,
    COLLECT { MATCH (a:Address)-[:HOLDS]->(d) RETURN [a.address, a.metadata] } AS addresses,
    COLLECT { MATCH (d)-[:COPY_OF]-(c:Document) RETURN DISTINCT c.id } AS copies

// name: held_by_id
UNWIND $keys AS key MATCH (d:Document {id: key})
@held

// name: held_at
UNWIND $keys AS key MATCH (:Address {address: key})-[:HOLDS]->(d:Document)
@held

// name: insert_documents
UNWIND $rows AS row
MATCH (o:Source {name: row.source})
CREATE (d:Document)-[:FROM_SOURCE]->(o)
SET d = row.properties

// name: update_documents
UNWIND $rows AS row MATCH (d:Document {id: row.id}) SET d += row.properties

// name: source_documents
UNWIND $rows AS row
MATCH (d:Document {id: row.id})-[before:FROM_SOURCE]->()
DELETE before
WITH row, d
MATCH (o:Source {name: row.source})
CREATE (d)-[:FROM_SOURCE]->(o)

// name: delete_documents
UNWIND $rows AS row MATCH (d:Document {id: row}) DETACH DELETE d

// name: put_addresses
UNWIND $rows AS row
MERGE (a:Address {address: row.address})
SET a.metadata = row.metadata
WITH a, row
OPTIONAL MATCH (a)-[before:HOLDS]->()
DELETE before
WITH a, row
MATCH (d:Document {id: row.document})
CREATE (a)-[:HOLDS]->(d)

// name: delete_addresses
UNWIND $rows AS row MATCH (a:Address {address: row}) DETACH DELETE a

// name: put_copies
UNWIND $rows AS row
MATCH (a:Document {id: row[0]}) MATCH (b:Document {id: row[1]})
MERGE (a)-[:COPY_OF]->(b)

// name: delete_copies
UNWIND $rows AS row MATCH (a:Document {id: row[0]})-[c:COPY_OF]-(b:Document {id: row[1]}) DELETE c

// name: put_versions
UNWIND $rows AS row
OPTIONAL MATCH (v:Version {address: row.address}) USING INDEX SEEK v:Version(address, number) WHERE v.number IS NOT NULL
WITH row, coalesce(max(v.number), 0) AS last, [v IN collect(v) WHERE v.until = ''] AS open
FOREACH (v IN open | SET v.until = row.at)
FOREACH (n IN range(1, size(row.documents)) |
    CREATE (:Version {
        address: row.address, number: last + n, document: row.documents[n - 1], recorded: row.at,
        until: CASE WHEN row.closed OR n < size(row.documents) THEN row.at ELSE '' END
    })
)

// name: put_seen
UNWIND $rows AS row MERGE (s:Seen {address: row[0]}) SET s.signature = row[1]

// name: delete_seen
UNWIND $rows AS row MATCH (s:Seen {address: row}) DELETE s

// name: put_sources
UNWIND $rows AS row MERGE (o:Source {name: row[0]}) ON CREATE SET o.counted = row[1]

// name: delete_idle_sources
UNWIND $rows AS row MATCH (o:Source {name: row}) WHERE COUNT { (o)<-[:FROM_SOURCE]-() } = 0 DETACH DELETE o

// name: passage_ids
UNWIND $keys AS key MATCH (:Document {id: key})<-[:PART_OF]-(p:Passage) RETURN key AS document, p.id AS id

// name: insert_passages
UNWIND $rows AS group // {document, rows}; a row is key, id, start, end, heading, language, text, words, stems
MATCH (d:Document {id: group.document})
UNWIND group.rows AS row
CREATE (:Passage {
    key: row[0], id: row[1], start: row[2], end: row[3], heading: row[4], language: row[5], text: row[6], words: row[7],
    stems: row[8]
})-[:PART_OF]->(d)

// name: delete_passages
UNWIND $rows AS row MATCH (p:Passage {id: row}) DETACH DELETE p

// Statements -------------------------------------------------------------------------------------------------------

// name: told
WITH DISTINCT s
MATCH (s)-[:FROM_SOURCE]->(o:Source)
MATCH (s)-[:RESTS_ON]->(v:Evidence)
OPTIONAL MATCH (v)-[:IN_DOCUMENT]->(d:Document)
RETURN s.id AS id, s.subject AS subject, s.predicate AS predicate, coalesce(s.object, s.value) AS value, s.object AS object,
    s.number AS number, coalesce(d.id, '') AS document, v.start AS start, v.end AS `end`, v.quote AS quote, v.page AS page,
    s.extractor AS extractor, s.version AS version, s.confidence AS confidence, v.person AS person, v.address AS address,
    v.collection AS collection, s.progress AS progress, s.modality AS modality, s.certainty AS certainty,
    s.valid_from AS valid_from, s.valid_to AS valid_to, s.recorded AS recorded, s.generation AS generation,
    s.verdict AS verdict, s.words AS words, s.live AS live, v.id AS evidence, o.name AS source, o.counted AS counted

// name: rows_of_documents
UNWIND $keys AS key MATCH (:Document {id: key})<-[:IN_DOCUMENT]-(:Evidence)<-[:RESTS_ON]-(s:Statement)
@told

// name: rows_of_collection
MATCH (s:Statement {collection: $collection})
@told

// name: rows_about
UNWIND $keys AS key MATCH (e:Entity {id: key})<-[:SUBJECT|OBJECT]-(s:Statement)
@told

// name: rows_by_words
UNWIND $keys AS key MATCH (s:Statement {words: key})
@told

// name: rows_by_id
UNWIND $keys AS key MATCH (s:Statement {id: key})
@told

// name: entity_ids
UNWIND $keys AS key MATCH (e:Entity {id: key}) RETURN e.id AS id

// name: insert_entities
UNWIND $rows AS group // {kind, label, rows}; a row is key, id, name, folded, country, statements, sources, told, words,
UNWIND group.rows AS row // aliases as [folded, name], votes as [id, predicate, value, [[relationship, source, statements]]]
CREATE (e:Entity:$(group.label) {
    key: row[0], id: row[1], kind: group.kind, canonical: row[1], name: row[2], folded: left(row[3], 1000), country: row[4],
    statements: row[5], sources: row[6], told: row[7], words: row[8]
})
FOREACH (alias IN row[9] | CREATE (e)-[:CALLED]->(:Alias {folded: left(alias[0], 1000), name: alias[1]}))
WITH e, row
UNWIND row[10] AS vote
CREATE (v:Vote {id: vote[0], predicate: vote[1], value: vote[2]})-[:NAMES]->(e)
WITH v, vote
UNWIND vote[3] AS voice
MATCH (o:Source {name: voice[1]})
CREATE (v)-[:$(voice[0]) {statements: voice[2]}]->(o)

// name: insert_evidence
UNWIND $rows AS group // {document, person, address, collection, rows}; a row is id, start, end, page, quote
OPTIONAL MATCH (d:Document {id: group.document})
UNWIND group.rows AS row
CREATE (v:Evidence {
    id: row[0], start: row[1], end: row[2], page: row[3], quote: row[4], person: group.person, address: group.address,
    collection: group.collection
})
WITH v, d WHERE d IS NOT NULL
CREATE (v)-[:IN_DOCUMENT]->(d)

// name: delete_idle_evidence
UNWIND $rows AS row MATCH (v:Evidence {id: row}) WHERE COUNT { (v)<-[:RESTS_ON]-() } = 0 DETACH DELETE v

// name: insert_statements
UNWIND $rows AS group // {source, what its statements share, rows}; a row is id, subject, predicate, object, value, number,
MATCH (o:Source {name: group.source}) // evidence, confidence, words
UNWIND group.rows AS row
MATCH (e:Entity {id: row[1]})
MATCH (v:Evidence {id: row[6]})
CREATE (s:Statement {
    id: row[0], subject: row[1], predicate: row[2], object: row[3], value: row[4], number: row[5], confidence: row[7],
    words: row[8], collection: group.collection, extractor: group.extractor, version: group.version,
    progress: group.progress, modality: group.modality, certainty: group.certainty, valid_from: group.valid_from,
    valid_to: group.valid_to, recorded: group.recorded, generation: group.generation, verdict: group.verdict,
    live: group.live
})
CREATE (s)-[:SUBJECT]->(e)
CREATE (s)-[:FROM_SOURCE]->(o)
CREATE (s)-[:RESTS_ON]->(v)
WITH s, row WHERE row[3] IS NOT NULL
MATCH (b:Entity {id: row[3]})
CREATE (s)-[:OBJECT]->(b)

// name: insert_statements_with_evidence
UNWIND range(0, size($entities) - 1) AS place // of ids, each looked up once; a row names them by their places, first and second
MATCH (e:Entity {id: $entities[place]})
WITH e ORDER BY place
WITH collect(e) AS entities
UNWIND $rows AS group // {source, document, what its statements share, rows}; a row is as in insert_statements, then start, end,
MATCH (o:Source {name: group.source}) // page, quote, first, second
MATCH (d:Document {id: group.document})
UNWIND group.rows AS row
WITH o, d, group, row, entities[row[13]] AS e, entities[row[14]] AS b
CREATE (d)<-[:IN_DOCUMENT]-(v:Evidence {
    id: row[6], start: row[9], end: row[10], page: row[11], quote: row[12], person: group.person, address: group.address,
    collection: coalesce(group.collection, '')
})
CREATE (v)<-[:RESTS_ON]-(s:Statement {
    id: row[0], subject: row[1], predicate: row[2], object: row[3], value: row[4], number: row[5], confidence: row[7],
    words: row[8], collection: group.collection, extractor: group.extractor, version: group.version,
    progress: group.progress, modality: group.modality, certainty: group.certainty, valid_from: group.valid_from,
    valid_to: group.valid_to, recorded: group.recorded, generation: group.generation, verdict: group.verdict,
    live: group.live
})-[:SUBJECT]->(e)
CREATE (s)-[:FROM_SOURCE]->(o)
WITH s, b WHERE b IS NOT NULL
CREATE (s)-[:OBJECT]->(b)

// name: update_statements
UNWIND $rows AS row MATCH (s:Statement {id: row.id}) SET s += row.properties

// name: source_statements
UNWIND $rows AS row
MATCH (s:Statement {id: row[0]})-[before:FROM_SOURCE]->()
DELETE before
WITH row, s
MATCH (o:Source {name: row[1]})
CREATE (s)-[:FROM_SOURCE]->(o)

// name: evidence_of_statements
UNWIND $rows AS row
MATCH (s:Statement {id: row[0]})-[before:RESTS_ON]->()
DELETE before
WITH row, s
MATCH (v:Evidence {id: row[1]})
CREATE (s)-[:RESTS_ON]->(v)

// name: delete_statements
UNWIND $rows AS row MATCH (s:Statement {id: row}) DETACH DELETE s

// name: change_told
UNWIND $rows AS row MATCH (e:Entity {id: row[0]}) SET e.told = e.told + row[1]

// name: put_votes
UNWIND $rows AS row
MERGE (v:Vote {id: row.id})
ON CREATE SET v.predicate = row.predicate, v.value = row.value
WITH v, row
WHERE COUNT { (v)-[:NAMES]->() } = 0
MATCH (e:Entity {id: row.entity})
CREATE (v)-[:NAMES]->(e)

// name: change_votes
UNWIND $rows AS row
MATCH (v:Vote {id: row.id}) MATCH (o:Source {name: row.source})
OPTIONAL MATCH (v)-[r:VOICED_BY]->(o)
FOREACH (_ IN CASE WHEN r IS NULL AND row.change > 0 THEN [1] ELSE [] END |
    CREATE (v)-[:VOICED_BY {statements: row.change}]->(o)
)
SET r.statements = r.statements + row.change
WITH r WHERE r.statements <= 0
DELETE r

// name: change_votes_of_digests
UNWIND $rows AS row
MATCH (v:Vote {id: row.id}) MATCH (o:Source {name: row.source})
OPTIONAL MATCH (v)-[r:REPEATED_BY]->(o)
FOREACH (_ IN CASE WHEN r IS NULL AND row.change > 0 THEN [1] ELSE [] END |
    CREATE (v)-[:REPEATED_BY {statements: row.change}]->(o)
)
SET r.statements = r.statements + row.change
WITH r WHERE r.statements <= 0
DELETE r

// name: delete_idle_votes
UNWIND $rows AS row
MATCH (v:Vote {id: row})
WHERE COUNT { (v)-[:VOICED_BY]->() } = 0 AND COUNT { (v)-[:REPEATED_BY]->() } = 0
DETACH DELETE v

// name: put_changes
UNWIND $rows AS row CREATE (c:Change) SET c = row

// Judgements, proposals, people -------------------------------------------------------------------------------------

// name: statement_judgements
MATCH (j:Judgement) WHERE j.words <> 0 RETURN j.first, j.words, j.verdict, j.address_written ORDER BY j.at, j.id

// name: put_judgement
UNWIND $rows AS row
MERGE (j:Judgement {id: row.id})
ON CREATE SET j = row
ON MATCH SET j.why = row.why, j.at = row.at, j.generation = row.generation

// name: judgement_by_id
MATCH (j:Judgement {id: $id}) RETURN j.verdict, j.first, j.second, j.words

// name: delete_judgements
UNWIND $rows AS row MATCH (j:Judgement {id: row}) DELETE j

// name: put_proposals
UNWIND $rows AS row
MATCH (a:Entity {id: row[0]}) MATCH (b:Entity {id: row[1]})
MERGE (a)-[p:PROPOSED]->(b)
SET p.score = row[2], p.reason = row[3]

// name: people_named
MATCH (e:Person)<-[:SUBJECT]-(s:Statement) WHERE s.predicate IN ['name', 'alias']
RETURN DISTINCT e.id, s.value

// name: quotes_of
UNWIND $keys AS key MATCH (s:Statement {object: key, predicate: 'said_by'}) RETURN DISTINCT s.subject AS id

// name: blank_changes
UNWIND $rows AS row MATCH (c:Change) WHERE c.text CONTAINS row SET c.text = ''

// name: judgements_on_people
MATCH (j:Judgement) WHERE j.first STARTS WITH 'person:' OR j.quote_written <> ''
RETURN j.id, j.first_written, j.second_written

// name: put_suppressed
UNWIND $rows AS row MERGE (:Suppressed {hash: row})

// name: suppressed
MATCH (s:Suppressed) RETURN s.hash

// name: is_suppressed
MATCH (s:Suppressed {hash: $hash}) RETURN 1

// Reading ----------------------------------------------------------------------------------------------------------

// name: document_text
MATCH (d:Document {id: $id})
RETURN d.text, COLLECT { MATCH (a:Address)-[:HOLDS]->(d) RETURN [a.address, a.metadata] ORDER BY a.address }

// name: document_at
MATCH (:Address {address: $address})-[:HOLDS]->(d:Document) RETURN d.id

// name: documents_after
MATCH (d:Document) WHERE d.id > $after WITH d ORDER BY d.id LIMIT $most
RETURN d.id, d.text, COLLECT { MATCH (a:Address)-[:HOLDS]->(d) RETURN [a.address, a.metadata] ORDER BY a.address }

// name: fingerprint
MATCH (d:Document {id: $id}) RETURN d.fingerprint

// name: versions
MATCH (v:Version {address: $address}) USING INDEX SEEK v:Version(address, number) WHERE v.number IS NOT NULL
RETURN v.address, v.number, v.document, v.recorded, v.until ORDER BY v.number

// name: passages
MATCH (d:Document {id: $id})
OPTIONAL MATCH (d)<-[:PART_OF]-(p:Passage)
RETURN p.start AS start, p.end AS `end`, p.text AS text, p.heading AS heading, p.language AS language ORDER BY p.start, p.end

// name: whole
RETURN c.id AS id, c.kind AS kind, c.name AS name, c.country AS country, c.statements AS statements, c.sources AS sources,
    COLLECT {
        MATCH (m:Entity {canonical: c.id})-[:CALLED]->(a:Alias) WHERE a.name <> c.name
        RETURN DISTINCT a.name AS name ORDER BY name
    } AS aliases,
    COLLECT { MATCH (m:Entity {canonical: c.id}) RETURN m.id AS id ORDER BY id } AS members

// name: entity
MATCH (e:Entity {id: $id}) MATCH (c:Entity {id: e.canonical})
@whole

// name: entities_after
MATCH (c:Entity) WHERE c.id > $after AND c.canonical = c.id AND ($kind = '' OR c.kind = $kind)
WITH c ORDER BY c.id LIMIT $most
@whole
ORDER BY id

// name: named
MATCH (a:Alias {folded: left($folded, 1000)})<-[:CALLED]-(e:Entity)
WITH DISTINCT e.canonical AS canonical
MATCH (c:Entity {id: canonical}) WHERE c.kind = $kind
@whole
ORDER BY id

// name: edges_of
MATCH (x:Entity {id: $id}) MATCH (e:Entity {id: x.canonical})-[r:EDGES]-(:Entity)
WITH DISTINCT r
RETURN startNode(r).id AS subject, r.predicate AS predicate, endNode(r).id AS object, r.statements AS statements,
    r.sources AS sources
ORDER BY subject, predicate, object

// name: edges
MATCH (a:Entity)-[r:EDGES]->(b:Entity)
RETURN a.id AS subject, r.predicate AS predicate, b.id AS object, r.statements AS statements, r.sources AS sources
ORDER BY subject, predicate, object

// name: ids_by_subject
MATCH (x:Entity {id: $wanted}) MATCH (e:Entity {canonical: x.canonical})<-[:SUBJECT]-(s:Statement) RETURN s.id

// name: ids_by_value
MATCH (x:Entity {id: $wanted}) MATCH (e:Entity {canonical: x.canonical})<-[:OBJECT]-(s:Statement) RETURN s.id

// name: ids_by_document
MATCH (:Document {id: $wanted})<-[:IN_DOCUMENT]-(:Evidence)<-[:RESTS_ON]-(s:Statement) RETURN s.id

// name: ids_by_predicate
MATCH (s:Statement) WHERE s.predicate = $wanted RETURN s.id

// name: told_by_ids
UNWIND $keys AS key MATCH (s:Statement {id: key})
@told

// name: told_after
MATCH (s:Statement) WHERE s.id > $after WITH s ORDER BY s.id LIMIT $most
@told
ORDER BY id

// name: name_in_document
UNWIND $keys AS key
MATCH (:Document {id: $document})<-[:IN_DOCUMENT]-(:Evidence)<-[:RESTS_ON]-(s:Statement)
WHERE s.subject = key AND s.predicate = 'name'
RETURN key, s.value

// name: name_in_collection
UNWIND $keys AS key
MATCH (:Entity {id: key})<-[:SUBJECT]-(s:Statement) WHERE s.predicate = 'name' AND s.collection = $collection
RETURN key, s.value

// name: judgements
MATCH (j:Judgement)
RETURN j.id AS id, j.verdict AS verdict, j.first AS first, j.second AS second, j.by AS by, j.why AS why, j.at AS at,
    j.first_written AS first_written, j.second_written AS second_written, j.predicate_written AS predicate_written,
    j.quote_written AS quote_written, j.address_written AS address_written, j.words AS words, j.generation AS generation
ORDER BY id

// name: proposals
MATCH (a:Entity)-[p:PROPOSED]->(b:Entity)
WHERE p.score >= $least AND p.score < $below AND a.canonical <> b.canonical
RETURN a.id AS first, b.id AS second, p.score AS score, p.reason AS reason ORDER BY score DESC, first, second

// name: changes
CALL () {
    MATCH (d:Document) WHERE d.generation > $since
    RETURN d.generation AS sequence, d.recorded AS at, 'added' AS action, 'document' AS kind, d.id AS id, d.title AS text
    UNION ALL MATCH (s:Statement) WHERE s.generation > $since
    RETURN s.generation AS sequence, s.recorded AS at, 'added' AS action, 'statement' AS kind, s.id AS id, '' AS text
    UNION ALL MATCH (j:Judgement) WHERE j.generation > $since
    RETURN j.generation AS sequence, j.at AS at, 'added' AS action, 'judgement' AS kind, j.id AS id, j.verdict AS text
    UNION ALL MATCH (c:Change) WHERE c.generation > $since
    RETURN c.generation AS sequence, c.at AS at, c.action AS action, c.kind AS kind, c.id AS id, c.text AS text
}
RETURN sequence, at, action, kind, id, text ORDER BY sequence, action DESC, kind, id

// name: seen
MATCH (s:Seen {address: $address}) RETURN s.signature

// name: sketches
MATCH (d:Document) WHERE d.id > $after AND d.sketch IS NOT NULL RETURN d.id, d.sketch ORDER BY d.id LIMIT $most

// name: counts
RETURN COUNT { (:Document) } AS documents, COUNT { (:Passage) } AS passages, COUNT { (:Statement) } AS statements,
    COUNT { (:Entity)-[:EDGES]->(:Entity) } AS edges, COUNT { (:Judgement) } AS judgements,
    COUNT { (:Entity)-[:PROPOSED]->(:Entity) } AS proposals

// name: counts_by_kind
MATCH (e:Entity) WHERE e.canonical = e.id RETURN e.kind AS kind, count(e) AS number ORDER BY kind
