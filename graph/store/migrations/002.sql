-- Version 2: names are counted as they come, so that a town in thousands of documents costs no more than one in two.

CREATE INDEX statement_by_source ON statement (source);

ALTER TABLE entity ADD COLUMN told INTEGER NOT NULL DEFAULT 0; -- live statements whose subject is this id

-- Live name, alias and country statements: how many of one value one source makes, and how many sources make it.
CREATE TABLE vote_source (
    entity INTEGER NOT NULL,
    predicate TEXT NOT NULL,
    value TEXT NOT NULL,
    source INTEGER NOT NULL,
    statements INTEGER NOT NULL,
    PRIMARY KEY (entity, predicate, value, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE vote (
    entity INTEGER NOT NULL,
    predicate TEXT NOT NULL,
    value TEXT NOT NULL,
    sources INTEGER NOT NULL, -- independent ones
    voices INTEGER NOT NULL,  -- all, digests too
    PRIMARY KEY (entity, predicate, value)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER statement_comes AFTER INSERT ON statement WHEN new.live BEGIN
    UPDATE entity SET told = told + 1 WHERE key = new.subject;
    INSERT INTO vote_source SELECT new.subject, new.predicate, new.value, new.source, 1
    WHERE new.predicate IN ('name', 'alias', 'country')
    ON CONFLICT (entity, predicate, value, source) DO UPDATE SET statements = statements + 1;
END;

CREATE TRIGGER statement_goes AFTER DELETE ON statement WHEN old.live BEGIN
    UPDATE entity SET told = told - 1 WHERE key = old.subject;
    UPDATE vote_source SET statements = statements - 1
    WHERE entity = old.subject AND predicate = old.predicate AND value = old.value AND source = old.source;
END;

CREATE TRIGGER statement_changes AFTER UPDATE OF live, source ON statement
WHEN new.live <> old.live OR new.source <> old.source BEGIN
    UPDATE entity SET told = told + new.live - old.live WHERE key = new.subject;
    UPDATE vote_source SET statements = statements - 1
    WHERE old.live AND entity = old.subject AND predicate = old.predicate AND value = old.value AND source = old.source;
    INSERT INTO vote_source SELECT new.subject, new.predicate, new.value, new.source, 1
    WHERE new.live AND new.predicate IN ('name', 'alias', 'country')
    ON CONFLICT (entity, predicate, value, source) DO UPDATE SET statements = statements + 1;
END;

CREATE TRIGGER vote_comes AFTER INSERT ON vote_source BEGIN
    INSERT INTO vote SELECT new.entity, new.predicate, new.value, counted, 1 FROM source WHERE key = new.source
    ON CONFLICT (entity, predicate, value) DO UPDATE SET sources = sources + excluded.sources, voices = voices + 1;
END;

CREATE TRIGGER vote_goes AFTER UPDATE OF statements ON vote_source WHEN new.statements <= 0 BEGIN
    DELETE FROM vote_source
    WHERE entity = old.entity AND predicate = old.predicate AND value = old.value AND source = old.source;
    UPDATE vote SET voices = voices - 1, sources = sources - (SELECT counted FROM source WHERE key = old.source)
    WHERE entity = old.entity AND predicate = old.predicate AND value = old.value;
    DELETE FROM vote WHERE entity = old.entity AND predicate = old.predicate AND value = old.value AND voices = 0;
END;

INSERT INTO vote_source SELECT subject, predicate, value, source, count(*) FROM statement
WHERE live AND predicate IN ('name', 'alias', 'country') GROUP BY 1, 2, 3, 4;
UPDATE entity SET told = (SELECT count(*) FROM statement AS s WHERE s.subject = entity.key AND s.live);

-- A judgement on a statement finds it again by its words at the same address: the same few words elsewhere are another matter.
ALTER TABLE judgement ADD COLUMN address_written TEXT NOT NULL DEFAULT '';
UPDATE judgement SET address_written = coalesce((
    SELECT min(coalesce(a.address, s.address)) FROM statement AS s LEFT JOIN address AS a ON a.document = s.document
    WHERE s.id = judgement.first
), '') WHERE words <> 0;
UPDATE statement SET verdict = j.verdict, live = j.verdict <> 'wrong' AND modality <> 'negated'
FROM judgement AS j WHERE j.first = statement.id;
UPDATE statement SET verdict = '', live = modality <> 'negated'
WHERE verdict <> '' AND id NOT IN (SELECT first FROM judgement);
