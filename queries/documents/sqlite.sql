-- Documents by title. Parameters: title, after, limit.
WITH page AS MATERIALIZED (
    SELECT key, title, id, language, date, genre, country
    FROM document
    WHERE title > :title OR (title = :title AND id > :after)
    ORDER BY title, id
    LIMIT :limit
)
SELECT title, id, (SELECT min(a.address) FROM address AS a WHERE a.document = page.key) AS address, language, date, genre, country,
    (SELECT count(*) FROM statement AS s WHERE s.document = page.key) AS statements
FROM page
ORDER BY title, id
