"""Tables and statements of the baseline, shared by the bare views and the bare SQL clients."""

TABLES = """
DROP TABLE IF EXISTS bare_item, bare_label;
CREATE TABLE bare_item (id bigserial PRIMARY KEY, payload jsonb NOT NULL, taken boolean NOT NULL);
CREATE INDEX bare_open ON bare_item (id) WHERE NOT taken;
CREATE TABLE bare_label (id bigserial PRIMARY KEY, item_id bigint NOT NULL, value jsonb NOT NULL);
INSERT INTO bare_item (payload, taken)
SELECT jsonb_build_object('text', repeat('한글 text ', 30)), false FROM generate_series(1, %s);
ANALYZE bare_item;
"""
CLAIM = """
UPDATE bare_item SET taken = true WHERE id = (
    SELECT id FROM bare_item WHERE NOT taken ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
) RETURNING id, payload
"""
STORE = "INSERT INTO bare_label (item_id, value) VALUES (%s, %s)"
