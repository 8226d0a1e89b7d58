# SPDX-License-Identifier: Apache-2.0
"""What starts a guest: the words of images and flavors for it, and the traits of the hosts that can."""
from praline_common import errors

_FIRMWARE = {'uefi': 'COMPUTE_FIRMWARE_UEFI', 'bios': 'COMPUTE_FIRMWARE_BIOS'}
_SECURE = {'required': 'COMPUTE_SECURITY_UEFI_SECURE_BOOT', 'optional': None, 'disabled': None}
_TPM = {'1.2': 'COMPUTE_SECURITY_TPM_1_2', '2.0': 'COMPUTE_SECURITY_TPM_2_0'}
# {image property or extra spec: {value: the trait that it asks for, or None}}
ASKS = {'hw_firmware_type': _FIRMWARE, 'os_secure_boot': _SECURE, 'os:secure_boot': _SECURE, 'hw_tpm_version': _TPM,
        'hw:tpm_version': _TPM}


def traits(asked):
    """Names of the traits that a host must have; asked: extra specs and image properties in one dict."""
    found = {ASKS[name].get(value) for name, value in asked.items() if name in ASKS}
    return sorted(found - {None})


def check(properties):
    """BadRequest for a word that means nothing: it would be ignored."""
    for name, value in properties.items():
        if name in ASKS and value not in ASKS[name]:
            raise errors.BadRequest('Invalid image metadata. Error: %s is %r, which is none of %s'
                                    % (name, value, ', '.join(sorted(ASKS[name]))))
