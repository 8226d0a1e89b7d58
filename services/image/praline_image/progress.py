# SPDX-License-Identifier: Apache-2.0
"""The properties by which an image tells how its import goes; only the service writes them."""
from praline_image import store

COMING, FAILED = 'os_glance_importing_to_stores', 'os_glance_failed_import'


def begun(properties):
    return {**properties, COMING: store.NAME, FAILED: ''}


def done(properties):
    return {**properties, COMING: '', FAILED: ''}


def failed(properties):
    return {**properties, COMING: '', FAILED: store.NAME}
