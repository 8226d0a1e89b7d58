# SPDX-License-Identifier: Apache-2.0
"""Horizon's settings for a walk: one process, sessions in memory, no styles compiled; PRALINE_AUTH_URL names the cloud."""
import os
import tempfile

from openstack_dashboard.settings import *  # noqa: F403

DEBUG = False
ALLOWED_HOSTS = ['*']
OPENSTACK_KEYSTONE_URL = os.environ['PRALINE_AUTH_URL']
OPENSTACK_KEYSTONE_MULTIDOMAIN_SUPPORT = True
OPENSTACK_KEYSTONE_DEFAULT_DOMAIN = 'Default'
OPENSTACK_CINDER_FEATURES = {'enable_backup': True}
OPENSTACK_NEUTRON_NETWORK = {'enable_router': True, 'enable_quotas': True, 'enable_rbac_policy': True,
                             'enable_distributed_router': True, 'enable_ha_router': True,
                             'supported_provider_types': ['*'], 'supported_vnic_types': ['*']}
SESSION_ENGINE = 'django.contrib.sessions.backends.cache'
CACHES = {'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}
SECRET_KEY = os.urandom(32).hex()
COMPRESS_ENABLED = False
COMPRESS_PRECOMPILERS = ()
COMPRESS_ROOT = STATIC_ROOT = tempfile.gettempdir()
LOGGING = {'version': 1, 'disable_existing_loggers': True}
