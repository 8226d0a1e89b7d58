# SPDX-License-Identifier: Apache-2.0
"""What every Praline service stands on."""
from oslo_service import backend

# Several libraries load oslo.service and would get its eventlet half; this must be said before any of them.
backend.register_backend_default_hook(lambda: backend.BackendType.THREADING)
