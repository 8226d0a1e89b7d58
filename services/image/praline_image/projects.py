# SPDX-License-Identifier: Apache-2.0
"""A whole project in image: what it has, and the end of it; see praline_common.contracts.projects."""
from praline_common import emptying
from praline_common import rpc
from praline_image import store
from praline_image.db import images, projects


class Projects:

    def __init__(self, runtime):
        self.db, self.operations, self.store = runtime.db, runtime.operations, store.of(runtime)

    @rpc.method
    def project_resources(self, ctx, project_id):
        with self.db.read() as conn:
            return projects.resources(conn, project_id)

    @rpc.method
    def delete_project_resources(self, ctx, project_id):
        """Protected images go too, and those that others may see or were booted from."""
        with self.db.read() as conn:
            found = projects.image_ids(conn, project_id)
        for image_id in found:
            with self.db.write() as conn:
                self.operations.cancel(conn, image_id)
                images.delete(conn, image_id)
            self.store.remove(image_id)
        with self.db.write() as conn:
            projects.forget(conn, project_id)
        return emptying.Emptying().answer()
