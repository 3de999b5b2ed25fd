UPDATE statement SET quote = 'Tawn' WHERE quote = 'Town';
UPDATE passage SET text = 'something else';
DELETE FROM statement WHERE predicate = 'runs_in';
UPDATE entity SET name = '' WHERE kind = 'place';
