-- What FUND does, in PostgreSQL: a note is taken once, its amount is credited to a lease, the deadline moves. One call per request.
-- Filled with `leases` rows before the run; room in each page for updates that stay in it (HOT), as the documentation advises.
CREATE TABLE lease (id bigint PRIMARY KEY, balance bigint NOT NULL, deadline bigint NOT NULL) WITH (fillfactor = 50);
CREATE TABLE spent (serial bigint PRIMARY KEY);
CREATE SEQUENCE serial CACHE 1000;

CREATE FUNCTION fund(lease_id bigint, note bigint, OUT new_balance bigint, OUT new_deadline bigint) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO spent VALUES (note);
  UPDATE lease SET balance = balance + 1, deadline = deadline + 1000 WHERE id = lease_id
    RETURNING balance, deadline INTO STRICT new_balance, new_deadline;
END $$;

INSERT INTO lease SELECT id, 1000000000, 0 FROM generate_series(0, :leases - 1) id;
VACUUM ANALYZE;
