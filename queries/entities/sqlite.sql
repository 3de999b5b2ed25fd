-- Entities of one kind by name. Parameters: kind, folded, after, limit.
SELECT folded, id, name, country, statements, sources
FROM entity
WHERE canonical = key AND kind = :kind AND folded >= :folded AND (folded > :folded OR id > :after)
ORDER BY folded, id
LIMIT :limit
