# SPDX-License-Identifier: Apache-2.0
"""Rows against the store: data without an image, images without data, uploads that stopped."""
import datetime

from praline_image import store
from praline_image.db import images, tasks


def audit(runtime, repair=False):
    """[{'kind', 'id', 'what', 'repaired'}].

    stray: data of no image, removed by repair.  missing: an image is active but has no data; a person
    must decide.  stalled: nothing came in for long; repair queues the image again.
    """
    kept, limit = store.of(runtime), runtime.options.stalled_seconds
    old = images.now() - datetime.timedelta(seconds=limit)
    before = set(kept.names())
    with runtime.db.read() as conn:
        rows = {row['id']: row for row in images.in_status(
            conn, ('active', 'deactivated', 'saving', 'importing', 'uploading'))}
        stalled = [row for row in rows.values() if row['status'] in ('saving', 'importing')
                   and row['updated_at'] < old and not tasks.has_live(conn, row['id'])]
    drift = [_entry('stray', name, 'data of no image') for name in sorted(before - set(rows))
             if kept.is_old(name, limit)]
    drift += [_entry('missing', row['id'], 'the image is %s but has no data' % row['status'])
              for row in rows.values() if row['status'] in ('active', 'deactivated')
              and row['id'] not in before and row['updated_at'] < old]
    drift += [_entry('stalled', row['id'], 'nothing came in for %d seconds' % limit) for row in stalled
              if not kept.is_growing(row['id'], limit)]
    if repair:
        for entry in drift:
            entry['repaired'] = _repair(runtime, kept, entry)
        kept.remove_abandoned(limit)
    return drift


def _entry(kind, image_id, what):
    return {'kind': kind, 'id': image_id, 'what': what, 'repaired': False}


def _repair(runtime, kept, entry):
    """Whether it is as it should be now."""
    if entry['kind'] == 'stray':
        kept.remove(entry['id'])
    elif entry['kind'] == 'stalled':
        with runtime.db.write() as conn:
            images.turn(conn, entry['id'], ('saving', 'importing'), 'queued')
        kept.remove_upload(entry['id'])
    else:
        return False
    return True
