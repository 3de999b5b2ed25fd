// Chains of replications. Parameters: origin, target, solution, depth, limit.
// A chain is walked from where it begins; where only its end is asked for, it is walked back from there. `near` is the end of
// a step that the walk comes from, `far` the one it goes to. The walk is a list of levels, one for each step more: a pattern
// of variable length would forbid a second way over the same relationship, and could not compare a step with the next.
OPTIONAL MATCH (o:Entity {id: $origin})
OPTIONAL MATCH (t:Entity {id: $target})
// the solution asked for and everything narrower
OPTIONAL MATCH (asked:Entity {id: $solution})
OPTIONAL MATCH (:Entity {id: asked.canonical})<-[:BROADER*0..]-(narrower:Entity)
WITH o.canonical AS beginning, t.canonical AS goal, collect(DISTINCT narrower.id) AS wanted
WITH goal, wanted, $origin = '' AND $target <> '' AS back, CASE WHEN $origin = '' THEN goal ELSE beginning END AS start
WITH goal, back, reduce(walk = [], level IN range(1, $depth) | walk + [COLLECT {
    // Where steps of this level begin; `path` is the way there. No step comes twice, so that nothing has to remember them all:
    // from a town that thousands took something over from there are millions.
    CALL (walk, start) {
        WITH start WHERE size(walk) = 0 AND start IS NOT NULL
        MATCH (x:Entity)-[:RUNS_IN|WITHIN*0..1]->(:Entity {id: start})
        MATCH (x)<-[n:REPLICATED_FROM|REPLICATED_TO]-(r:Entity)
        RETURN r, x AS near, type(n) AS role, null AS path
        UNION ALL
        WITH walk WHERE size(walk) = 0 AND $origin = '' AND $target = ''
        MATCH (r:Entity)
        USING INDEX r:Entity(kind, folded, id)
        WHERE r.kind = 'replication' AND r.folded >= '' AND r.id IS NOT NULL AND r.id = r.canonical
        OPTIONAL MATCH (r)-[:REPLICATED_FROM]->(x:Entity)
        RETURN r, x AS near, 'REPLICATED_FROM' AS role, null AS path
        UNION ALL
        // The shortest chains come first, so that no further step is walked than to the last row wanted; where both ends are
        // given it cannot be known before which rows stay.
        WITH walk WHERE $origin <> '' AND $target <> '' OR reduce(rows = 0, paths IN walk | rows + size(paths)) < $limit
        UNWIND walk[-1] AS path
        UNWIND CASE WHEN path.far = path.far_place THEN [path.far] ELSE [path.far, path.far_place] END AS id
        MATCH (x:Entity)-[:RUNS_IN*0..1]->(:Entity {id: id})
        WHERE id = path.far OR x.id <> path.far
        MATCH (x)<-[n:REPLICATED_FROM|REPLICATED_TO]-(r:Entity)
        WHERE NOT r.id IN path.visited
        RETURN r, x AS near, type(n) AS role, path
    }
    WITH r, near, path WHERE role = CASE WHEN back THEN 'REPLICATED_TO' ELSE 'REPLICATED_FROM' END
    OPTIONAL MATCH (r)-[f:REPLICATED_FROM|REPLICATED_TO]->(far:Entity)
    WHERE type(f) = CASE WHEN back THEN 'REPLICATED_FROM' ELSE 'REPLICATED_TO' END
    // the place of an end: a place itself, or where a pilot runs, the smallest id of several
    WITH r, near, far, path, CASE near.kind WHEN 'place' THEN near.id WHEN 'pilot' THEN
            head(COLLECT { MATCH (near)-[:RUNS_IN]->(p:Entity) RETURN p.id ORDER BY p.id LIMIT 1 })
        END AS near_place, CASE far.kind WHEN 'place' THEN far.id WHEN 'pilot' THEN
            head(COLLECT { MATCH (far)-[:RUNS_IN]->(p:Entity) RETURN p.id ORDER BY p.id LIMIT 1 })
        END AS far_place, COLLECT {
            UNWIND [r, near, far] AS e MATCH (e)-[:TRANSFERS|TRIES]->(c:Entity) RETURN DISTINCT c.id
        } AS solutions
    WHERE (near IS NOT NULL OR far IS NOT NULL)
        AND ($solution = '' OR any(s IN solutions WHERE s IN wanted))
        AND CASE
            WHEN start IS NULL AND path IS NULL THEN true
            WHEN path IS NULL THEN near.id = start OR near_place = start
                OR NOT back AND EXISTS { MATCH (near)-[:WITHIN]->(:Entity {id: start}) }
            // on from the very pilot that was reached, or from its place with a solution that both steps are about
            ELSE near.id = path.far AND near.kind = 'pilot'
                OR near_place = path.far_place AND any(s IN solutions WHERE s IN path.solutions)
        END
    WITH r, near, far, path, near_place, far_place, solutions, CASE WHEN back THEN far.id ELSE near.id END AS origin,
        CASE WHEN back THEN near.id ELSE far.id END AS target
    // a step in words: REPLICATION|ORIGIN|TARGET
    WITH *, r.id + '|' + coalesce(origin, '') + '|' + coalesce(target, '') AS step
    WITH *, CASE
        WHEN path IS NULL THEN step
        WHEN back THEN step + ' > ' + path.chain
        ELSE path.chain + ' > ' + step
    END AS chain
    ORDER BY chain
    LIMIT CASE WHEN $origin <> '' AND $target <> '' THEN 1000000000 ELSE $limit END
    RETURN {
        chain: chain, visited: coalesce(path.visited, []) + r.id, far: far.id, far_place: far_place, solutions: solutions,
        last: CASE WHEN back AND path IS NOT NULL THEN path.last ELSE {
            replication: r.id, origin: origin, target: target,
            origin_place: CASE WHEN back THEN far_place ELSE near_place END,
            target_place: CASE WHEN back THEN near_place ELSE far_place END
        } END
    }
}]) AS walk
UNWIND range(1, size(walk)) AS depth
UNWIND walk[depth - 1] AS path
WITH depth, path, path.chain AS chain, path.last AS last
WHERE $target = '' OR back OR goal IN [path.far, path.far_place]
ORDER BY depth, chain
LIMIT $limit
MATCH (r:Entity {id: last.replication})
OPTIONAL MATCH (a:Entity {id: last.origin})
OPTIONAL MATCH (ap:Entity {id: last.origin_place})
OPTIONAL MATCH (b:Entity {id: last.target})
OPTIONAL MATCH (bp:Entity {id: last.target_place})
CALL (r, a, b) {
    UNWIND [0, 1, 2] AS rank
    WITH rank, [r, b, a][rank] AS e
    MATCH (e)-[:TRANSFERS|TRIES]->(c:Entity)
    WITH c ORDER BY rank, c.id LIMIT 1
    RETURN head(collect(c)) AS s
}
CALL (r) {
    MATCH (m:Entity {canonical: r.id})<-[:SUBJECT]-(f:Statement)-[:FROM_SOURCE]->(o:Source)
    WHERE f.live
    WITH f, o ORDER BY f.value
    RETURN count(f) AS statements, count(DISTINCT CASE WHEN o.counted THEN o END) AS sources,
        collect(DISTINCT CASE f.predicate WHEN 'what' THEN f.value END) AS what,
        collect(DISTINCT CASE f.predicate WHEN 'kept' THEN f.value END) AS kept,
        collect(DISTINCT CASE f.predicate WHEN 'changed' THEN f.value END) AS changed,
        min(CASE f.predicate WHEN 'scope' THEN f.value END) AS stated
}
CALL (r, last) {
    MATCH (m:Entity {canonical: r.id})<-[:SUBJECT]-(e:Statement)-[:OBJECT]->(o:Entity)
    WHERE e.live AND (
        e.predicate = 'replicated_to' AND o.canonical = last.target
        OR last.target IS NULL AND e.predicate = 'replicated_from' AND o.canonical = last.origin
    )
    MATCH (e)-[:RESTS_ON]->(v:Evidence)
    MATCH (e)-[:FROM_SOURCE]->(source:Source)
    OPTIONAL MATCH (v)-[:IN_DOCUMENT]->(d:Document)
    RETURN e, v, d, source
    ORDER BY e.verdict = 'confirmed' DESC, coalesce(d.date, '') DESC, e.confidence DESC, e.id
    LIMIT 1
}
CALL (d) {
    MATCH (x:Address)-[:HOLDS]->(d)
    RETURN min(x.address) AS smallest
}
RETURN depth, chain, r.id AS replication,
    a.id AS origin, a.kind AS origin_kind, a.name AS origin_name, ap.id AS origin_place, ap.name AS origin_place_name,
    b.id AS target, b.kind AS target_kind, b.name AS target_name, bp.id AS target_place, bp.name AS target_place_name,
    s.id AS solution, s.name AS solution_name,
    reduce(lines = head(what), line IN tail(what) | lines + '\n' + line) AS what,
    reduce(lines = head(kept), line IN tail(kept) | lines + '\n' + line) AS kept,
    reduce(lines = head(changed), line IN tail(changed) | lines + '\n' + line) AS changed,
    coalesce(stated, CASE WHEN ap = bp THEN 'within town' WHEN ap <> bp THEN 'between towns' END) AS scope,
    e.progress AS progress, e.modality AS modality, e.certainty AS certainty, e.valid_from AS valid_from, e.valid_to AS valid_to,
    statements, sources, e.id AS statement, d.id AS document, d.title AS title, d.date AS date,
    coalesce(smallest, v.address) AS address, v.page AS page, v.start AS start, v.end AS `end`, v.quote AS quote,
    v.person AS person, e.confidence AS confidence, e.extractor AS extractor,
    CASE WHEN source.counted THEN source.name END AS source
ORDER BY depth, chain
