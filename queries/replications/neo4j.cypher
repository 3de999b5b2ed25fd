// Steps of replications: first ones, or on from chains. Parameters: origin, target, solution, walked, limit.
// A chain is walked from where it begins; where only its end is asked for, it is walked back from there. `near` is the end of
// a step that the walk comes from, `far` the one it goes to. `walked` holds chains as [chain, replication, near, far], the
// last three of the step to go on from; where it is empty, first steps are given.
OPTIONAL MATCH (o:Entity {id: $origin})
OPTIONAL MATCH (t:Entity {id: $target})
// the solution asked for and everything narrower
OPTIONAL MATCH (asked:Entity {id: $solution})
OPTIONAL MATCH (:Entity {id: asked.canonical})<-[:BROADER*0..]-(narrower:Entity)
WITH o.canonical AS beginning, t.canonical AS goal, collect(DISTINCT narrower.id) AS wanted
WITH goal, wanted, $origin = '' AND $target <> '' AS back, CASE WHEN $origin = '' THEN goal ELSE beginning END AS start
CALL (start) {
    WITH start WHERE size($walked) = 0 AND start IS NOT NULL
    MATCH (x:Entity)-[:RUNS_IN|WITHIN*0..1]->(:Entity {id: start})
    MATCH (x)<-[n:REPLICATED_FROM|REPLICATED_TO]-(r:Entity)
    RETURN r, x AS near, type(n) AS role, null AS path
    UNION ALL
    WITH start WHERE size($walked) = 0 AND $origin = '' AND $target = ''
    MATCH (r:Entity)
    USING INDEX r:Entity(kind, folded, id)
    WHERE r.kind = 'replication' AND r.folded >= '' AND r.id IS NOT NULL AND r.id = r.canonical
    OPTIONAL MATCH (r)-[:REPLICATED_FROM]->(x:Entity)
    RETURN r, x AS near, 'REPLICATED_FROM' AS role, null AS path
    UNION ALL
    UNWIND $walked AS walked
    MATCH (end:Entity {id: walked[3]})
    WITH walked, end, CASE end.kind WHEN 'place' THEN end.id WHEN 'pilot' THEN
            head(COLLECT { MATCH (end)-[:RUNS_IN]->(p:Entity) RETURN p.id ORDER BY p.id LIMIT 1 })
        END AS place, COLLECT {
            UNWIND walked[1..] AS id
            MATCH (e:Entity {id: id})-[:TRANSFERS|TRIES]->(c:Entity)
            RETURN DISTINCT c.id
        } AS solutions
    WITH {chain: walked[0], far: end.id, place: place, solutions: solutions} AS path
    UNWIND CASE WHEN path.far = path.place THEN [path.far] ELSE [path.far, path.place] END AS id
    MATCH (x:Entity)-[:RUNS_IN*0..1]->(:Entity {id: id})
    WHERE id = path.far OR x.id <> path.far
    MATCH (x)<-[n:REPLICATED_FROM|REPLICATED_TO]-(r:Entity)
    // no replication stands twice in a chain
    WHERE NOT ' > ' + path.chain CONTAINS ' > ' + r.id + '|'
    RETURN r, x AS near, type(n) AS role, path
}
WITH *
WHERE role = CASE WHEN back THEN 'REPLICATED_TO' ELSE 'REPLICATED_FROM' END
OPTIONAL MATCH (r)-[f:REPLICATED_FROM|REPLICATED_TO]->(far:Entity)
WHERE type(f) = CASE WHEN back THEN 'REPLICATED_FROM' ELSE 'REPLICATED_TO' END
// the place of an end: a place itself, or where a pilot runs, the smallest id of several
WITH goal, wanted, back, start, r, near, far, path, CASE near.kind WHEN 'place' THEN near WHEN 'pilot' THEN
        head(COLLECT { MATCH (near)-[:RUNS_IN]->(p:Entity) RETURN p ORDER BY p.id LIMIT 1 })
    END AS near_place, CASE far.kind WHEN 'place' THEN far WHEN 'pilot' THEN
        head(COLLECT { MATCH (far)-[:RUNS_IN]->(p:Entity) RETURN p ORDER BY p.id LIMIT 1 })
    END AS far_place, COLLECT {
        UNWIND [r, near, far] AS e MATCH (e)-[:TRANSFERS|TRIES]->(c:Entity) RETURN DISTINCT c.id
    } AS solutions
WHERE (near IS NOT NULL OR far IS NOT NULL)
    AND ($target = '' OR goal IS NOT NULL)
    AND ($solution = '' OR any(s IN solutions WHERE s IN wanted))
    AND CASE
        WHEN path IS NOT NULL
            // on from the very pilot that was reached, or from its place with a solution that both steps are about
            THEN near.id = path.far AND near.kind = 'pilot'
                OR near_place.id = path.place AND any(s IN solutions WHERE s IN path.solutions)
        WHEN start IS NULL THEN true
        ELSE near.id = start OR near_place.id = start OR NOT back AND EXISTS { MATCH (near)-[:WITHIN]->(:Entity {id: start}) }
    END
WITH r, CASE WHEN back THEN far ELSE near END AS a, CASE WHEN back THEN near ELSE far END AS b,
    CASE WHEN back THEN far_place ELSE near_place END AS ap, CASE WHEN back THEN near_place ELSE far_place END AS bp,
    CASE WHEN $target = '' OR back OR goal IN [far.id, far_place.id] THEN 1 ELSE 0 END AS reached,
    back, path.chain AS before
// a step in words: REPLICATION|ORIGIN|TARGET
WITH r, a, b, ap, bp, reached, back, before, r.id + '|' + coalesce(a.id, '') + '|' + coalesce(b.id, '') AS step
WITH r, a, b, ap, bp, reached, CASE
        WHEN before IS NULL THEN step
        WHEN back THEN step + ' > ' + before
        ELSE before + ' > ' + step
    END AS chain
ORDER BY reached DESC, chain
LIMIT $limit
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
CALL (r, a, b) {
    MATCH (m:Entity {canonical: r.id})<-[:SUBJECT]-(e:Statement)-[:OBJECT]->(o:Entity)
    WHERE e.live AND (
        e.predicate = 'replicated_to' AND o.canonical = b.id
        OR b IS NULL AND e.predicate = 'replicated_from' AND o.canonical = a.id
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
RETURN chain, reached, r.id AS replication,
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
ORDER BY reached DESC, chain
