# SPDX-License-Identifier: Apache-2.0
"""What uWSGI and mod_wsgi load for the placement API."""
from praline_common.api import wsgi

application = wsgi.load('placement')
