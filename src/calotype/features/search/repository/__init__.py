"""All SQL of search. `owner_id` is an argument of every query, and every result is read by joining `photos`."""
