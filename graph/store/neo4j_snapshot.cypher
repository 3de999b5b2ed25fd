// The whole store in a fixed order, for export, import and comparison; the same columns as snapshot.sql.

// name: documents
MATCH (d:Document) WHERE d.id > ''
MATCH (d)-[:FROM_SOURCE]->(o:Source)
RETURN d.id AS id, d.fingerprint AS fingerprint, d.recorded AS recorded, d.generation AS generation, d.sketch AS sketch,
    o.name AS source, d.text AS text, COLLECT { MATCH (a:Address)-[:HOLDS]->(d) RETURN [a.address, a.metadata] } AS addresses
ORDER BY id

// name: passages
MATCH (p:Passage) WHERE p.id > ''
MATCH (p)-[:PART_OF]->(d:Document)
RETURN p.id AS id, d.id AS document, p.start AS start, p.end AS `end`, p.heading AS heading, p.language AS language ORDER BY id

// name: statements
MATCH (s:Statement) WHERE s.id > ''
MATCH (s)-[:RESTS_ON]->(v:Evidence)
OPTIONAL MATCH (v)-[:IN_DOCUMENT]->(d:Document)
RETURN s.id AS id, s.subject AS subject, s.predicate AS predicate, coalesce(s.object, s.value) AS value,
    coalesce(d.id, '') AS document, v.start AS start, v.end AS `end`, v.quote AS quote, v.page AS page, s.extractor AS extractor,
    s.version AS version, s.confidence AS confidence, v.person AS person, v.address AS address, v.collection AS collection,
    s.progress AS progress, s.modality AS modality, s.certainty AS certainty, s.valid_from AS valid_from,
    s.valid_to AS valid_to, s.recorded AS recorded, s.generation AS generation, s.verdict AS verdict, s.words AS words
ORDER BY id

// name: judgements
MATCH (j:Judgement)
RETURN j.id AS id, j.verdict AS verdict, j.first AS first, j.second AS second, j.by AS by, j.why AS why, j.at AS at,
    j.first_written AS first_written, j.second_written AS second_written, j.predicate_written AS predicate_written,
    j.quote_written AS quote_written, j.address_written AS address_written, j.words AS words, j.generation AS generation
ORDER BY id

// name: proposals
MATCH (a:Entity)-[p:PROPOSED]->(b:Entity)
RETURN a.id AS first, b.id AS second, p.score AS score, p.reason AS reason ORDER BY first, second

// name: copies
MATCH (a:Document)-[:COPY_OF]->(b:Document)
WITH CASE WHEN a.id < b.id THEN [a.id, b.id] ELSE [b.id, a.id] END AS pair
RETURN DISTINCT pair[0] AS first, pair[1] AS second ORDER BY first, second

// name: suppressed
MATCH (s:Suppressed) RETURN s.hash AS hash ORDER BY hash

// name: versions
MATCH (v:Version)
RETURN v.address AS address, v.number AS number, v.document AS document, v.recorded AS recorded, v.until AS until
ORDER BY address, number

// name: seen
MATCH (s:Seen) RETURN s.address AS address, s.signature AS signature ORDER BY address

// name: journal
MATCH (c:Change)
RETURN c.sequence AS sequence, c.generation AS generation, c.at AS at, c.action AS action, c.kind AS kind, c.id AS id,
    c.text AS text
ORDER BY sequence

// name: entities
MATCH (e:Entity) WHERE e.id > ''
RETURN e.id AS id, e.kind AS kind, e.canonical AS canonical, e.name AS name, e.country AS country, e.statements AS statements,
    e.sources AS sources, COLLECT { MATCH (e)-[:CALLED]->(a:Alias) RETURN a.name AS name ORDER BY name } AS aliases
ORDER BY id

// name: edges
MATCH (a:Entity)-[r:EDGES]->(b:Entity)
RETURN a.id AS subject, r.predicate AS predicate, b.id AS object, r.statements AS statements, r.sources AS sources
ORDER BY subject, predicate, object

// name: restore_versions
UNWIND $rows AS row CREATE (v:Version) SET v = row

// name: restore_proposals
UNWIND $rows AS row
MATCH (a:Entity {id: row.first}) MATCH (b:Entity {id: row.second})
CREATE (a)-[:PROPOSED {score: row.score, reason: row.reason}]->(b)

// name: restore_copies
UNWIND $rows AS row
MATCH (a:Document {id: row.first}) MATCH (b:Document {id: row.second})
CREATE (a)-[:COPY_OF]->(b)

// name: restore_judgements
UNWIND $rows AS row CREATE (j:Judgement) SET j = row

// name: deriving
MATCH (m:Meta {name: 'store'}) SET m.deriving = $what

// name: derived
MATCH (m:Meta {name: 'store'}) SET m.generation = m.generation + $more REMOVE m.deriving, m.imported

// name: state
MATCH (m:Meta {name: 'store'}) RETURN m.deriving, m.imported, m.documents, m.passages, m.entities, m.sequence

// name: progress
MATCH (m:Meta {name: 'store'}) RETURN m.deriving, m.importing, m.documents, m.passages, m.entities, m.sequence

// name: emptied
MATCH (m:Meta {name: 'store'})
SET m.generation = 0, m.documents = 0, m.passages = 0, m.entities = 0, m.sequence = 0
REMOVE m.deriving, m.importing

// name: remember
MATCH (m:Meta {name: 'store'}) SET m.recent = (m.recent + $token)[-$remembered..]

// name: number_of_entities
MATCH (e:Entity) RETURN count(e)

// name: empty
MATCH (n) WHERE NOT n:Meta CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS
