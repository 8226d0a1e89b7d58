# SPDX-License-Identifier: Apache-2.0
"""Loads one service's application, or the whole cloud's, from api-paste.ini.

PRALINE_CONFIG names praline.conf; its option `paste_config` names api-paste.ini.
"""
import functools
import logging
import os

from paste import deploy

from praline_common import log
from praline_common import policy
from praline_common.api.app import App
from praline_common.process import Process

LOG = logging.getLogger(__name__)


@functools.lru_cache
def process(config_path):
    """The one Process of this configuration in this interpreter."""
    made = Process(config_path)
    log.setup(made.conf)
    return made


def config_path():
    path = os.environ.get('PRALINE_CONFIG')
    if not path:
        raise SystemExit('PRALINE_CONFIG must name praline.conf; deploy/quickstart writes one into the state directory')
    return os.path.abspath(path)


def load(name):
    """The WSGI application `name` of api-paste.ini: a service, or 'praline' for all of them."""
    path = config_path()
    running = process(path)
    application = deploy.loadapp('config:' + running.conf.paste_config, name=name, global_conf={'config': path})
    for rule in policy.strangers([runtime.policy for runtime in running.built()]):
        LOG.warning('%s sets the rule %s, but there is no such rule: it changes nothing', running.conf.policy_file, rule)
    return application


def app_factory(global_conf, service, **local_conf):
    """[app:<service>_api]: the service's routes as a Pecan application."""
    runtime = process(global_conf['config']).runtime(service)
    return App(runtime, runtime.service.room('api.root:api')(runtime))
