"""Which files the items of a batch show, written down beside them."""

from django.db import connection

from annotations.models import Batch

# Only files of the same project are linked; a trigger demands it as well.
_LINK = """
INSERT INTO annotations_itemmedia (item_id, media_id)
SELECT DISTINCT item.id, media.id
FROM annotations_item AS item
CROSS JOIN LATERAL jsonb_array_elements(item.payload -> 'parts') AS part
JOIN media_mediafile AS media
    ON media.project_id = item.project_id AND media.id = (part ->> 'media')::bigint
WHERE item.batch_id = %s AND jsonb_typeof(item.payload -> 'parts') = 'array'
ON CONFLICT DO NOTHING
"""


def link_media(*, batch: Batch) -> None:
    """To be called once the items of a batch are stored, in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_LINK, [batch.pk])
