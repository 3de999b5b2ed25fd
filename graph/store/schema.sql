-- The SQLite home of the graph, version 1; migrations/ lead from there. STRICT tables, typed columns for what is filtered, NOT NULL on keys.
-- Names stay readable for people who open the file; everything below "derived" can be rebuilt by `fold`.

CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- An independent source: one web page however often copied. Digests are kept but not counted.
CREATE TABLE source (
    key INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    counted INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE document (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    recorded TEXT NOT NULL,
    generation INTEGER NOT NULL,
    source INTEGER NOT NULL REFERENCES source (key),
    title TEXT NOT NULL,
    language TEXT NOT NULL,
    date TEXT NOT NULL,
    genre TEXT NOT NULL,
    country TEXT NOT NULL,
    sketch BLOB,
    text TEXT NOT NULL -- last, so that reading the columns above never walks its overflow pages
) STRICT;
CREATE INDEX document_by_source ON document (source);

-- Addresses in force. `metadata` is what the reading at this address said about the text (JSON); the smallest address speaks.
CREATE TABLE address (
    address TEXT PRIMARY KEY NOT NULL,
    document INTEGER NOT NULL REFERENCES document (key),
    metadata TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX address_by_document ON address (document);

CREATE TABLE version (
    address TEXT NOT NULL,
    number INTEGER NOT NULL,
    document TEXT NOT NULL,
    recorded TEXT NOT NULL,
    until TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (address, number)
) STRICT, WITHOUT ROWID;

-- What a run saw at an address, so that the next one need not read it again.
CREATE TABLE seen (
    address TEXT PRIMARY KEY NOT NULL,
    signature TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE copy (
    first INTEGER NOT NULL REFERENCES document (key) ON DELETE CASCADE,
    second INTEGER NOT NULL REFERENCES document (key) ON DELETE CASCADE,
    PRIMARY KEY (first, second)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_by_second ON copy (second);

CREATE TABLE passage (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES document (key) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    heading TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX passage_by_document ON passage (document, start);

CREATE TABLE statement (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    subject INTEGER NOT NULL REFERENCES entity (key),
    predicate TEXT NOT NULL,
    object INTEGER REFERENCES entity (key), -- NULL where the value is a literal
    value TEXT NOT NULL,                    -- the literal; '' where the value is an entity
    number REAL,
    document INTEGER REFERENCES document (key),
    source INTEGER NOT NULL REFERENCES source (key),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    extractor TEXT NOT NULL,
    version TEXT NOT NULL,
    confidence REAL NOT NULL,
    person TEXT NOT NULL,
    address TEXT NOT NULL,
    collection TEXT NOT NULL,
    progress TEXT NOT NULL,
    modality TEXT NOT NULL,
    certainty TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded TEXT NOT NULL,
    generation INTEGER NOT NULL,
    verdict TEXT NOT NULL DEFAULT '',
    live INTEGER NOT NULL, -- 0 where negated or judged wrong: kept, shown, not folded
    words INTEGER NOT NULL, -- hash of subject, predicate, value and quote as written: a judgement finds it again by this
    quote TEXT NOT NULL
) STRICT;
CREATE INDEX statement_by_subject ON statement (subject, predicate, object, live, source);
CREATE INDEX statement_by_object ON statement (object, predicate, subject) WHERE object IS NOT NULL;
CREATE INDEX statement_by_document ON statement (document) WHERE document IS NOT NULL;
CREATE INDEX statement_by_collection ON statement (collection) WHERE collection <> '';
CREATE INDEX statement_by_words ON statement (words);
CREATE INDEX statement_by_generation ON statement (generation);

CREATE TABLE judgement (
    id TEXT PRIMARY KEY NOT NULL,
    verdict TEXT NOT NULL,
    first TEXT NOT NULL,
    second TEXT NOT NULL,
    by TEXT NOT NULL,
    why TEXT NOT NULL,
    at TEXT NOT NULL,
    first_written TEXT NOT NULL,
    second_written TEXT NOT NULL,
    predicate_written TEXT NOT NULL,
    quote_written TEXT NOT NULL,
    words INTEGER NOT NULL, -- as statement.words; 0 for a pair
    generation INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX judgement_by_words ON judgement (words) WHERE words <> 0;

CREATE TABLE proposal (
    first INTEGER NOT NULL REFERENCES entity (key) ON DELETE CASCADE,
    second INTEGER NOT NULL REFERENCES entity (key) ON DELETE CASCADE,
    score REAL NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (first, second)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_by_second ON proposal (second);
CREATE INDEX proposal_by_score ON proposal (score);

-- People who asked to be forgotten, as keyed hashes (key: meta.salt).
CREATE TABLE suppressed (
    hash TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

-- What went, judgements that came and went, and documents that were updated; what was added carries its generation itself.
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    generation INTEGER NOT NULL,
    at TEXT NOT NULL,
    action TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_generation ON journal (generation);

-- Derived ---------------------------------------------------------------------------------------------------------

-- One row for each id that a statement names. `canonical` is the key of the entity it is folded into, its own if none;
-- name, country and counts are those of the whole and stand on the canonical row only.
CREATE TABLE entity (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    canonical INTEGER NOT NULL REFERENCES entity (key) DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL DEFAULT '',
    folded TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    statements INTEGER NOT NULL DEFAULT 0,
    sources INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX entity_by_canonical ON entity (canonical);
CREATE INDEX entity_by_kind ON entity (kind, folded) WHERE canonical = key;

-- Names and other spellings, by the id that carries them (not by the folded whole), so that judgements find their sides.
CREATE TABLE alias (
    folded TEXT NOT NULL,
    entity INTEGER NOT NULL REFERENCES entity (key) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (folded, entity, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX alias_by_entity ON alias (entity);

-- Judgements on pairs, with their sides found: by id, else by kind and name as written.
CREATE TABLE judged (
    judgement TEXT PRIMARY KEY NOT NULL,
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX judged_by_first ON judged (first);
CREATE INDEX judged_by_second ON judged (second);

-- Pilots and replications whose parts were folded into the same whole are the same.
CREATE TABLE alike (
    first INTEGER NOT NULL,
    second INTEGER NOT NULL,
    PRIMARY KEY (first, second)
) STRICT, WITHOUT ROWID;
CREATE INDEX alike_by_second ON alike (second);

CREATE TABLE edge (
    subject INTEGER NOT NULL REFERENCES entity (key),
    predicate TEXT NOT NULL,
    object INTEGER NOT NULL REFERENCES entity (key),
    statements INTEGER NOT NULL,
    sources INTEGER NOT NULL,
    PRIMARY KEY (subject, predicate, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX edge_by_object ON edge (object, predicate, subject);

-- Full text over search text: `words` as folded, `stems` stemmed by the language of the passage (graph/search_text.py).
CREATE VIRTUAL TABLE passage_text USING fts5 (
    words, stems, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);
CREATE VIRTUAL TABLE entity_text USING fts5 (
    words, stems, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);

-- A statement in words of ids, as it was made.
CREATE VIEW told AS
SELECT s.key, s.id, a.id AS subject, s.predicate, coalesce(o.id, s.value) AS value, coalesce(d.id, '') AS document,
    s.start, s.end, s.quote, s.page, s.extractor, s.version, s.confidence, s.person, s.address, s.collection,
    s.progress, s.modality, s.certainty, s.valid_from, s.valid_to, s.recorded, s.verdict, s.live, s.generation
FROM statement AS s
JOIN entity AS a ON a.key = s.subject
LEFT JOIN entity AS o ON o.key = s.object
LEFT JOIN document AS d ON d.key = s.document;

-- A live statement about folded entities: what questions ask for.
CREATE VIEW fact AS
SELECT s.key, s.id, ca.id AS subject, ca.kind AS subject_kind, ca.name AS subject_name, s.predicate,
    coalesce(co.id, s.value) AS value, co.kind AS value_kind, coalesce(co.name, s.value) AS value_name, s.number,
    d.id AS document, d.title, d.date, d.genre, s.start, s.end, s.quote, s.page, s.extractor, s.confidence, s.person,
    s.address, s.collection, s.progress, s.modality, s.certainty, s.valid_from, s.valid_to, s.recorded, s.verdict,
    s.source, ca.key AS subject_key, co.key AS value_key
FROM statement AS s
JOIN entity AS a ON a.key = s.subject
JOIN entity AS ca ON ca.key = a.canonical
LEFT JOIN entity AS o ON o.key = s.object
LEFT JOIN entity AS co ON co.key = o.canonical
LEFT JOIN document AS d ON d.key = s.document
WHERE s.live;
