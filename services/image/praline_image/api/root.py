# SPDX-License-Identifier: Apache-2.0
"""Which collections the image API has."""
from praline_common.api import faults
from praline_common.api.app import Api
from praline_image.api import actions, data, imports, info, members, schemas, stores, tags, tasks, versions
from praline_image.api.images import controller as images
from praline_image.api.metadefs import definitions, namespaces, resource_types

ROUTES = (
    ('/', versions.Choices),
    ('/versions', versions.Versions),
    ('/v2', versions.Choices),
    ('/v2/images', images.Images),
    ('/v2/images/{id}/file', data.File),
    ('/v2/images/{id}/stage', data.Stage),
    ('/v2/images/{id}/import', imports.Imports),
    ('/v2/images/{id}/tasks', tasks.ImageTasks),
    ('/v2/images/{id}/actions/deactivate', actions.Deactivate),
    ('/v2/images/{id}/actions/reactivate', actions.Reactivate),
    ('/v2/images/{id}/tags', tags.Tags),
    ('/v2/images/{id}/members', members.Members),
    ('/v2/tasks', tasks.Tasks),
    ('/v2/info/import', info.ImportInfo),
    ('/v2/info/stores', stores.Stores),
    ('/v2/info/usage', info.Usage),
    ('/v2/stores/{store}', stores.StoreImages),
    ('/v2/schemas', schemas.Schemas),
    ('/v2/schemas/metadefs', schemas.MetadefSchemas),
    ('/v2/metadefs/resource_types', resource_types.ResourceTypes),
    ('/v2/metadefs/namespaces', namespaces.Namespaces),
    ('/v2/metadefs/namespaces/{name}/resource_types', resource_types.Associations),
    ('/v2/metadefs/namespaces/{name}/objects', definitions.Objects),
    ('/v2/metadefs/namespaces/{name}/properties', definitions.Properties),
    ('/v2/metadefs/namespaces/{name}/tags', definitions.Tags),
)


def api(runtime):
    return Api(ROUTES, fault=faults.image, scopes=('project',))
