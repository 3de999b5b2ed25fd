// Entities of one kind by name. Parameters: kind, folded, after, limit.
// The index over kind, folded and id gives them in this order; it can be used where all three are asked about.
MATCH (e:Entity)
USING INDEX e:Entity(kind, folded, id)
WHERE e.kind = $kind AND e.folded >= $folded AND e.id IS NOT NULL AND e.id = e.canonical
    AND (e.folded > $folded OR e.id > $after)
RETURN e.folded AS folded, e.id AS id, e.name AS name, e.country AS country, e.statements AS statements, e.sources AS sources
ORDER BY folded, id
LIMIT $limit
