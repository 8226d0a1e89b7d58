# SPDX-License-Identifier: Apache-2.0
"""Chooses the back end for a volume: backends in, one of them or the reasons against each out."""
from praline_common import errors


def choose(backends, size, extra_specs, zone=None, beside=None, apart=None):
    """The backend with the most room that may take `size` GiB.

    A backend: host, name, zone, up, disabled, frozen, trouble, total_gb, free_gb, promised_gb, oversubscription.
    beside, apart: hosts of volumes that it must hold one of, or none of; None: it does not matter.
    NoCapacity with `reasons`, one sentence a backend.
    """
    reasons, fit = [], []
    for backend in backends:
        reason = objection(backend, size, extra_specs, zone) or _neighbourhood(backend['host'], beside, apart)
        if reason:
            reasons.append(f'{backend["host"]}: {reason}')
        else:
            fit.append(backend)
    if not fit:
        raise errors.NoCapacity('No back end can take the volume: ' + ('; '.join(reasons) or 'there is none'),
                                reasons=reasons)
    return max(fit, key=lambda backend: (room(backend), backend['host']))


def objection(backend, size, extra_specs, zone):
    """Why the backend cannot take it, or None."""
    if not backend['up']:
        return 'it does not report'
    if backend['disabled']:
        return 'it is disabled'
    if backend['frozen']:
        return 'it is frozen'
    if backend['trouble']:
        return backend['trouble']
    if zone and zone != backend['zone']:
        return f'it is in the zone {backend["zone"]}, not in {zone}'
    if zones(extra_specs) and backend['zone'] not in zones(extra_specs):
        return f'it is in the zone {backend["zone"]}; the type is for {", ".join(zones(extra_specs))}'
    for key, value in extra_specs.items():
        scope, _, word = key.rpartition(':')
        if scope in ('', 'capabilities') and _plain(value) != _plain(capabilities(backend).get(word)):
            return f'the type asks for {word}={value}, it has {capabilities(backend).get(word)}'
    if size > room(backend):
        return f'asked {size} GiB, it may promise {room(backend):.0f} more'
    return None


def _neighbourhood(host, beside, apart):
    if beside is not None and host not in beside:
        return 'it holds none of the volumes to be beside'
    if apart is not None and host in apart:
        return 'it holds a volume to be apart from'
    return None


def zones(extra_specs):
    """The zones that a type is for; none named: all."""
    return [zone.strip() for zone in (extra_specs.get('RESKEY:availability_zones') or '').split(',') if zone.strip()]


def room(backend):
    """GiB it may still promise."""
    return backend['total_gb'] * backend['oversubscription'] - backend['promised_gb']


def capabilities(backend):
    """What a type's extra specs are compared with."""
    return {'volume_backend_name': backend['name'], 'storage_protocol': 'iSCSI', 'vendor_name': 'Open Source',
            'multiattach': True, 'thin_provisioning_support': True, 'thick_provisioning_support': False,
            'replication_enabled': False, 'QoS_support': False}


def _plain(value):
    """'<is> True', True and 'true' mean the same."""
    return str(value).replace('<is>', '').strip().lower()
