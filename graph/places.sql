-- The place index: one file, built once by graph/places.py and opened read-only. Statements are named by `-- name:` lines.

-- name: create
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE place (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    country TEXT NOT NULL,
    level TEXT NOT NULL,
    population INTEGER NOT NULL,
    lat REAL NOT NULL,
    lon REAL NOT NULL,
    parent TEXT NOT NULL,
    known INTEGER NOT NULL
) STRICT;
-- rank: 0 the name shown or the record's own main name, 1 a known other name, 2 any alternate name of the record
CREATE TABLE name (
    folded TEXT NOT NULL,
    place INTEGER NOT NULL,
    rank INTEGER NOT NULL,
    PRIMARY KEY (folded, place)
) STRICT, WITHOUT ROWID;

-- name: add place
INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add name
INSERT INTO name VALUES (?, ?, ?) ON CONFLICT (folded, place) DO UPDATE SET rank = min(rank, excluded.rank);

-- name: add meta
INSERT INTO meta VALUES (?, ?);

-- name: version
SELECT value FROM meta WHERE key = 'version';

-- name: counts
SELECT (SELECT count(*) FROM place), (SELECT count(*) FROM name);

-- name: named
SELECT place.id, place.name, country, level, population, lat, lon, parent, known, rank
FROM name JOIN place ON place.number = name.place
WHERE folded = ?
-- other names in any language come last; a country before a region before a town of half a million
ORDER BY rank = 2, CASE level WHEN 'country' THEN 1e10 WHEN 'region' THEN 500000 ELSE population END DESC, rank, place.id
LIMIT 60;

-- name: get
SELECT id, name, country, level, population, lat, lon, parent, known FROM place WHERE id = ?;

-- name: towns
SELECT id, name, country, level, population, lat, lon, parent, known FROM place
WHERE level = 'city' AND country = ?1 AND population >= ?2 ORDER BY population DESC, id;

-- name: near
SELECT id, name, country, level, population, lat, lon, parent, known FROM place
WHERE level = 'city' AND lat BETWEEN ?1 AND ?2 AND lon BETWEEN ?3 AND ?4 ORDER BY population DESC, id;
