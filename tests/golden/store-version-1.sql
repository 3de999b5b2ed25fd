-- A store as version 1 wrote it (commit 2828c36): its schema and a few rows. Only read by tests/graph/store/test_migration.py.
-- The SQLite home of the graph, version 1. STRICT tables, typed columns for what is filtered, NOT NULL on keys.
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

-- What went, and judgements that came and went; what was added carries its generation itself.
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
PRAGMA application_id = 1415007828;
PRAGMA user_version = 1;
INSERT INTO meta VALUES ('generation', '5');
INSERT INTO meta VALUES ('salt', 'dee01e71fb9948249d21f04f0734ba9c');
INSERT INTO source VALUES (1, 'one/0', 1);
INSERT INTO source VALUES (2, 'one/1', 1);
INSERT INTO source VALUES (3, 'two/0', 1);
INSERT INTO source VALUES (4, 'two/1', 1);
INSERT INTO document VALUES (1, 'document:812bc0dddaa1289e81cadc32', 'test-1', '2026-11-24T16:11:28.628Z', 1, 1, '', 'und', '', 'unknown', '', NULL, 'Town 0 of one tried heat pumps. ');
INSERT INTO document VALUES (2, 'document:cb6a404c47aaa40170649e5d', 'test-1', '2026-11-24T16:11:28.639Z', 2, 2, '', 'und', '', 'unknown', '', NULL, 'Town 1 of one tried heat pumps. ');
INSERT INTO document VALUES (3, 'document:596d24e41ddf5633c781d52f', 'test-1', '2026-11-24T16:11:28.648Z', 3, 3, '', 'und', '', 'unknown', '', NULL, 'Town 0 of two tried heat pumps. ');
INSERT INTO document VALUES (4, 'document:45ede2562ad256b9cd4be215', 'test-1', '2026-11-24T16:11:28.655Z', 4, 4, '', 'und', '', 'unknown', '', NULL, 'Town 1 of two tried heat pumps. ');
INSERT INTO address VALUES ('one/0', 1, '{"blocks": [], "genre": "unknown", "language": "und", "media_type": "text/plain", "visibility": "quote"}');
INSERT INTO address VALUES ('one/1', 2, '{"blocks": [], "genre": "unknown", "language": "und", "media_type": "text/plain", "visibility": "quote"}');
INSERT INTO address VALUES ('two/0', 3, '{"blocks": [], "genre": "unknown", "language": "und", "media_type": "text/plain", "visibility": "quote"}');
INSERT INTO address VALUES ('two/1', 4, '{"blocks": [], "genre": "unknown", "language": "und", "media_type": "text/plain", "visibility": "quote"}');
INSERT INTO version VALUES ('one/0', 1, 'document:812bc0dddaa1289e81cadc32', '2026-11-24T16:11:28.628Z', '');
INSERT INTO version VALUES ('one/1', 1, 'document:cb6a404c47aaa40170649e5d', '2026-11-24T16:11:28.639Z', '');
INSERT INTO version VALUES ('two/0', 1, 'document:596d24e41ddf5633c781d52f', '2026-11-24T16:11:28.648Z', '');
INSERT INTO version VALUES ('two/1', 1, 'document:45ede2562ad256b9cd4be215', '2026-11-24T16:11:28.655Z', '');
INSERT INTO passage VALUES (1, 'passage:6f23d694afe8efdeedf138e2', 1, 0, 20, '', 'und', 'Town 0 of one tried ');
INSERT INTO passage VALUES (2, 'passage:7f048f5121d23c219a8c1b66', 2, 0, 20, '', 'und', 'Town 1 of one tried ');
INSERT INTO passage VALUES (3, 'passage:e514de8ed02d57ce6b6729ae', 3, 0, 20, '', 'und', 'Town 0 of two tried ');
INSERT INTO passage VALUES (4, 'passage:add5eb07ee6860880d32d7e9', 4, 0, 20, '', 'und', 'Town 1 of two tried ');
INSERT INTO entity VALUES (1, 'place:geonames-1', 'place', 1, 'Town', 'town', 'DK', 8, 4);
INSERT INTO entity VALUES (2, 'pilot:04a790825772f6da57af8b1a', 'pilot', 2, 'heat pumps', 'heat pumps', '', 2, 1);
INSERT INTO entity VALUES (3, 'pilot:a9e78633032128af164dafb1', 'pilot', 3, 'heat pumps', 'heat pumps', '', 2, 1);
INSERT INTO entity VALUES (4, 'pilot:1fbd53217d2b150d0f7f02e9', 'pilot', 4, 'heat pumps', 'heat pumps', '', 2, 1);
INSERT INTO entity VALUES (5, 'pilot:3519281f09e9be370a0139e6', 'pilot', 5, 'heat pumps', 'heat pumps', '', 2, 1);
INSERT INTO statement VALUES (1, 'statement:ffa1b1d43935285789ec22e0', 1, 'name', NULL, 'Town', NULL, 1, 1, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.628Z', 1, '', 1, 4429500112911342008, 'Town');
INSERT INTO statement VALUES (2, 'statement:05eb5a2a55ba88d2c5683fea', 1, 'alias', NULL, 'Town 0', NULL, 1, 1, 0, 6, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.628Z', 1, '', 1, 8350617006455091131, 'Town 0');
INSERT INTO statement VALUES (3, 'statement:f2a197cae402cf467011dc55', 1, 'country', NULL, 'DK', NULL, 1, 1, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.628Z', 1, 'wrong', 0, 6511789638592421711, 'Town');
INSERT INTO statement VALUES (4, 'statement:8f11ef1f27929302db3c1dc7', 2, 'name', NULL, 'heat pumps', NULL, 1, 1, 20, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.628Z', 1, '', 1, 470075088839539078, 'heat pumps');
INSERT INTO statement VALUES (5, 'statement:56b1a8a9a8fd4052e42da4b7', 2, 'runs_in', 1, '', NULL, 1, 1, 14, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.628Z', 1, '', 1, 1495862454291603347, 'tried heat pumps');
INSERT INTO statement VALUES (6, 'statement:47099eabdc6b2559322980b0', 1, 'name', NULL, 'Town', NULL, 2, 2, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.639Z', 2, '', 1, 4429500112911342008, 'Town');
INSERT INTO statement VALUES (7, 'statement:d2a1b76940a6a53e2c234b23', 1, 'alias', NULL, 'Town 1', NULL, 2, 2, 0, 6, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.639Z', 2, '', 1, 6590424977531968316, 'Town 1');
INSERT INTO statement VALUES (8, 'statement:08e0d386259d6c1d81c3f4b5', 1, 'country', NULL, 'DK', NULL, 2, 2, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.639Z', 2, 'wrong', 0, 6511789638592421711, 'Town');
INSERT INTO statement VALUES (9, 'statement:a7c3ef83f69665b3079a64e8', 3, 'name', NULL, 'heat pumps', NULL, 2, 2, 20, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.639Z', 2, '', 1, 470075088839539078, 'heat pumps');
INSERT INTO statement VALUES (10, 'statement:4956557f98883d1003760e06', 3, 'runs_in', 1, '', NULL, 2, 2, 14, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.639Z', 2, '', 1, 1495862454291603347, 'tried heat pumps');
INSERT INTO statement VALUES (11, 'statement:1e59aee1c00f70076ffe704d', 1, 'name', NULL, 'Town', NULL, 3, 3, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.648Z', 3, '', 1, 4429500112911342008, 'Town');
INSERT INTO statement VALUES (12, 'statement:e54eabcac47a0c78cda1cde4', 1, 'alias', NULL, 'Town 0', NULL, 3, 3, 0, 6, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.648Z', 3, '', 1, 8350617006455091131, 'Town 0');
INSERT INTO statement VALUES (13, 'statement:39221b1670fa98bcc6f014ff', 1, 'country', NULL, 'DK', NULL, 3, 3, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.648Z', 3, 'wrong', 0, 6511789638592421711, 'Town');
INSERT INTO statement VALUES (14, 'statement:80a5eec5fa6098df6f0bf42c', 4, 'name', NULL, 'heat pumps', NULL, 3, 3, 20, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.648Z', 3, '', 1, 470075088839539078, 'heat pumps');
INSERT INTO statement VALUES (15, 'statement:35a902b0e94aaff394bad01f', 4, 'runs_in', 1, '', NULL, 3, 3, 14, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.648Z', 3, '', 1, 1495862454291603347, 'tried heat pumps');
INSERT INTO statement VALUES (16, 'statement:8bcd508390652d6500b6cc57', 1, 'name', NULL, 'Town', NULL, 4, 4, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.655Z', 4, '', 1, 4429500112911342008, 'Town');
INSERT INTO statement VALUES (17, 'statement:b267f8f5b8276801840f2036', 1, 'alias', NULL, 'Town 1', NULL, 4, 4, 0, 6, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.655Z', 4, '', 1, 6590424977531968316, 'Town 1');
INSERT INTO statement VALUES (18, 'statement:f3ba80a5de1d7f3b02d28736', 1, 'country', NULL, 'DK', NULL, 4, 4, 0, 4, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.655Z', 4, 'wrong', 0, 6511789638592421711, 'Town');
INSERT INTO statement VALUES (19, 'statement:2e22929ff1aea3fd6ebebe02', 5, 'name', NULL, 'heat pumps', NULL, 4, 4, 20, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.655Z', 4, '', 1, 470075088839539078, 'heat pumps');
INSERT INTO statement VALUES (20, 'statement:ffae281033e9f735ff7f3551', 5, 'runs_in', 1, '', NULL, 4, 4, 14, 30, NULL, 'test', '1', 0.9, '', '', '', 'unclear', 'stated', 'unrated', '', '', '2026-11-24T16:11:28.655Z', 4, '', 1, 1495862454291603347, 'tried heat pumps');
INSERT INTO judgement VALUES ('judgement:ebcf9c6149dac6b28380a3c0', 'wrong', 'statement:08e0d386259d6c1d81c3f4b5', '', 'Ada', 'not in Denmark', '2026-11-24T12:00:00.000Z', 'Town', 'DK', 'country', 'Town', 6511789638592421711, 5);
INSERT INTO alias VALUES ('town', 1, 'Town');
INSERT INTO alias VALUES ('town 0', 1, 'Town 0');
INSERT INTO alias VALUES ('town 1', 1, 'Town 1');
INSERT INTO alias VALUES ('heat pumps', 2, 'heat pumps');
INSERT INTO alias VALUES ('heat pumps', 3, 'heat pumps');
INSERT INTO alias VALUES ('heat pumps', 4, 'heat pumps');
INSERT INTO alias VALUES ('heat pumps', 5, 'heat pumps');
INSERT INTO edge VALUES (2, 'runs_in', 1, 1, 1);
INSERT INTO edge VALUES (3, 'runs_in', 1, 1, 1);
INSERT INTO edge VALUES (4, 'runs_in', 1, 1, 1);
INSERT INTO edge VALUES (5, 'runs_in', 1, 1, 1);
INSERT INTO passage_text (rowid, words, stems) VALUES (1, 'town 0 of one tried', 'town 0 of one tried');
INSERT INTO passage_text (rowid, words, stems) VALUES (2, 'town 1 of one tried', 'town 1 of one tried');
INSERT INTO passage_text (rowid, words, stems) VALUES (3, 'town 0 of two tried', 'town 0 of two tried');
INSERT INTO passage_text (rowid, words, stems) VALUES (4, 'town 1 of two tried', 'town 1 of two tried');
INSERT INTO entity_text (rowid, words, stems) VALUES (1, 'town town 0 town 1', '');
INSERT INTO entity_text (rowid, words, stems) VALUES (2, 'heat pumps', '');
INSERT INTO entity_text (rowid, words, stems) VALUES (3, 'heat pumps', '');
INSERT INTO entity_text (rowid, words, stems) VALUES (4, 'heat pumps', '');
INSERT INTO entity_text (rowid, words, stems) VALUES (5, 'heat pumps', '');
