// Constraints and indexes of the Neo4j home, each under its own name; made and awaited before anything is written, checked by doctor.
// docs/neo4j.md says what the nodes and relationships mean.

// name: meta_name
CREATE CONSTRAINT meta_name IF NOT EXISTS FOR (m:Meta) REQUIRE m.name IS UNIQUE

// name: source_name
CREATE CONSTRAINT source_name IF NOT EXISTS FOR (o:Source) REQUIRE o.name IS UNIQUE

// name: document_id
CREATE CONSTRAINT document_id IF NOT EXISTS FOR (d:Document) REQUIRE d.id IS UNIQUE

// name: document_key
CREATE CONSTRAINT document_key IF NOT EXISTS FOR (d:Document) REQUIRE d.key IS UNIQUE

// name: document_generation
CREATE INDEX document_generation IF NOT EXISTS FOR (d:Document) ON (d.generation)

// name: address_address
CREATE CONSTRAINT address_address IF NOT EXISTS FOR (a:Address) REQUIRE a.address IS UNIQUE

// name: version_number
CREATE CONSTRAINT version_number IF NOT EXISTS FOR (v:Version) REQUIRE (v.address, v.number) IS UNIQUE

// name: seen_address
CREATE CONSTRAINT seen_address IF NOT EXISTS FOR (s:Seen) REQUIRE s.address IS UNIQUE

// name: suppressed_hash
CREATE CONSTRAINT suppressed_hash IF NOT EXISTS FOR (s:Suppressed) REQUIRE s.hash IS UNIQUE

// name: passage_id
CREATE CONSTRAINT passage_id IF NOT EXISTS FOR (p:Passage) REQUIRE p.id IS UNIQUE

// name: passage_key
CREATE CONSTRAINT passage_key IF NOT EXISTS FOR (p:Passage) REQUIRE p.key IS UNIQUE

// name: entity_id
CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE

// name: entity_key
CREATE CONSTRAINT entity_key IF NOT EXISTS FOR (e:Entity) REQUIRE e.key IS UNIQUE

// name: entity_canonical
CREATE INDEX entity_canonical IF NOT EXISTS FOR (e:Entity) ON (e.canonical)

// name: entity_kind
CREATE INDEX entity_kind IF NOT EXISTS FOR (e:Entity) ON (e.kind, e.folded, e.id)

// name: alias_folded
CREATE INDEX alias_folded IF NOT EXISTS FOR (a:Alias) ON (a.folded)

// name: vote_id
CREATE CONSTRAINT vote_id IF NOT EXISTS FOR (v:Vote) REQUIRE v.id IS UNIQUE

// name: statement_id
CREATE CONSTRAINT statement_id IF NOT EXISTS FOR (s:Statement) REQUIRE s.id IS UNIQUE

// name: statement_triple
CREATE INDEX statement_triple IF NOT EXISTS FOR (s:Statement) ON (s.subject, s.predicate, s.object)

// name: statement_object
CREATE INDEX statement_object IF NOT EXISTS FOR (s:Statement) ON (s.object, s.predicate)

// name: statement_words
CREATE INDEX statement_words IF NOT EXISTS FOR (s:Statement) ON (s.words)

// name: statement_collection
CREATE INDEX statement_collection IF NOT EXISTS FOR (s:Statement) ON (s.collection)

// name: statement_generation
CREATE INDEX statement_generation IF NOT EXISTS FOR (s:Statement) ON (s.generation)

// name: evidence_id
CREATE CONSTRAINT evidence_id IF NOT EXISTS FOR (v:Evidence) REQUIRE v.id IS UNIQUE

// name: judgement_id
CREATE CONSTRAINT judgement_id IF NOT EXISTS FOR (j:Judgement) REQUIRE j.id IS UNIQUE

// name: judgement_generation
CREATE INDEX judgement_generation IF NOT EXISTS FOR (j:Judgement) ON (j.generation)

// name: judged_judgement
CREATE INDEX judged_judgement IF NOT EXISTS FOR ()-[j:JUDGED]-() ON (j.judgement)

// name: replicated_as_replication
CREATE INDEX replicated_as_replication IF NOT EXISTS FOR ()-[r:REPLICATED_AS]-() ON (r.replication)

// name: change_sequence
CREATE CONSTRAINT change_sequence IF NOT EXISTS FOR (c:Change) REQUIRE c.sequence IS UNIQUE

// name: change_generation
CREATE INDEX change_generation IF NOT EXISTS FOR (c:Change) ON (c.generation)

// name: passage_text
CREATE FULLTEXT INDEX passage_text IF NOT EXISTS FOR (p:Passage) ON EACH [p.words, p.stems]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}

// name: entity_text
CREATE FULLTEXT INDEX entity_text IF NOT EXISTS FOR (e:Entity) ON EACH [e.words]
OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}
