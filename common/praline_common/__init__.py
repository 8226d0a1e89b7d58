# SPDX-License-Identifier: Apache-2.0
"""What every Praline service stands on."""
import sys

# oslo.service still installs eventlet, and several libraries import it where they find it.  Nothing here
# runs on it, so it stays out of the process; this must be said before any of them is imported.
sys.modules.setdefault('eventlet', None)

from oslo_service import backend  # noqa: E402

backend.register_backend_default_hook(lambda: backend.BackendType.THREADING)
