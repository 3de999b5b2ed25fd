// Vectors of passages inside the server, all of one model, which the Meta node names. `embedded` says what a vector was made of: the
// passage under its document's title (graph/vectors.py, row_id).

// name: model
MATCH (m:Meta {name: 'store'}) WHERE m.vectors IS NOT NULL
RETURN m.vectors AS digest, m.vectors_name AS name, m.vectors_precision AS precision, m.vectors_dimension AS dimension

// name: by_language
MATCH (m:Meta {name: 'store'}) RETURN coalesce(m.vectors_by_language, false)

// name: rows
MATCH (m:Meta {name: 'store'})
MATCH (p:Passage) WHERE p.embedded IS NOT NULL AND size(p.vector) = m.vectors_dimension
RETURN p.embedded

// name: kept
UNWIND $keys AS key MATCH (p:Passage {id: key[1]}) WHERE p.embedded = key[0] RETURN p.embedded, p.vector

// name: put
// The procedure keeps them as float32, half of what a list of numbers takes.
UNWIND $rows AS row MATCH (p:Passage {id: row.passage})
CALL db.create.setNodeVectorProperty(p, 'vector', row.vector)
SET p.embedded = row.id

// name: clear
MATCH (p:Passage) WHERE p.embedded IS NOT NULL CALL (p) { REMOVE p.vector, p.embedded } IN TRANSACTIONS OF 5000 ROWS

// name: index
SHOW INDEXES YIELD name, state, properties, options WHERE name = 'passage_vector'
RETURN state, properties, options.indexConfig['vector.dimensions'] AS dimension

// name: drop_index
DROP INDEX passage_vector IF EXISTS

// name: make_index
CREATE VECTOR INDEX passage_vector IF NOT EXISTS FOR (p:Passage) ON (p.vector) OPTIONS $options

// name: make_index_by_language
CYPHER 25 CREATE VECTOR INDEX passage_vector IF NOT EXISTS FOR (p:Passage) ON (p.vector) WITH [p.language] OPTIONS $options

// name: without_vector
MATCH (p:Passage) WHERE p.vector IS NULL RETURN p.id AS id ORDER BY id

// name: of_another_length
MATCH (p:Passage) WHERE size(p.vector) <> $dimension RETURN p.id AS id ORDER BY id
