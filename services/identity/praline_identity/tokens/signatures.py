# SPDX-License-Identifier: Apache-2.0
"""Signatures of EC2 and S3 requests (versions 0, 1, 2 and 4), worked out again from the secret key.

`given` is what the asking service saw of the request: access, signature, verb, host, path, params, headers,
body_hash; S3: the string to sign itself, base64 in `token`.
"""
import base64
import hashlib
import hmac
from urllib.parse import quote

_S3_SERVICES = ('s3', 'iam', 'sts')


def ec2(secret, given):
    """The signature that an EC2 request should carry; ValueError when it is of no known version."""
    params, version = given.get('params') or {}, str((given.get('params') or {}).get('SignatureVersion', ''))
    if version == '0':
        return _digest(secret, params['Action'] + params['Timestamp'], 'sha1')
    if version == '1':
        ordered = sorted(params.items(), key=lambda pair: pair[0].lower())
        return _digest(secret, ''.join(name + value for name, value in ordered), 'sha1')
    if version == '2':
        how = 'sha1' if params.get('SignatureMethod') == 'HmacSHA1' else 'sha256'
        text = '\n'.join((given['verb'], given['host'].lower(), given['path'], _query(params)))
        return _digest(secret, text, how)
    if _header(given, 'authorization') or params.get('X-Amz-Algorithm') == 'AWS4-HMAC-SHA256':
        return _version4(secret, given, params)
    raise ValueError('unknown signature version %r' % version)


def s3(secret, given):
    """The signature that an S3 request should carry."""
    text = base64.urlsafe_b64decode(str(given['token']))
    if not text.startswith(b'AWS4'):
        return base64.b64encode(hmac.digest(secret.encode(), text, 'sha1')).decode()
    parts = text.decode().split('\n')
    scope = parts[2].split('/') if len(parts) == 4 else []
    if parts[0] != 'AWS4-HMAC-SHA256' or len(scope) != 4 or scope[3] != 'aws4_request' or scope[2] not in _S3_SERVICES:
        raise ValueError('not a string to sign')
    return hmac.new(_key(secret, scope), text, 'sha256').hexdigest()


def _digest(secret, text, how):
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), how)).decode()


def _query(params):
    return '&'.join('%s=%s' % (quote(name, safe='-_~'), quote(str(value), safe='-_~'))
                    for name, value in sorted(params.items()))


def _key(secret, scope):
    key = ('AWS4' + secret).encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), 'sha256')
    return key


def _header(given, name):
    return next((value for key, value in (given.get('headers') or {}).items() if key.lower() == name), None)


def _version4(secret, given, params):
    """Signature 4, the credential in the Authorization header or in the query."""
    authorization = _header(given, 'authorization')
    if authorization:
        fields = dict(part.strip().split('=', 1) for part in authorization.partition(' ')[2].split(','))
        credential, signed = fields['Credential'], fields['SignedHeaders']
        moment = _header(given, 'x-amz-date') or params.get('X-Amz-Date')
    else:
        credential, signed = params['X-Amz-Credential'], params['X-Amz-SignedHeaders']
        moment = params['X-Amz-Date']
    scope = credential.split('/')[1:]
    headers = ''.join('%s:%s\n' % (name, str(_header(given, name) or given['host'] if name == 'host' else
                                             _header(given, name)).strip()) for name in signed.split(';'))
    query = _query({name: value for name, value in params.items() if name != 'X-Amz-Signature'})
    canonical = '\n'.join((given['verb'].upper(), given['path'], query if given['verb'].upper() != 'POST' else '',
                           headers, signed, given.get('body_hash') or hashlib.sha256(b'').hexdigest()))
    text = '\n'.join(('AWS4-HMAC-SHA256', moment, '/'.join(scope), hashlib.sha256(canonical.encode()).hexdigest()))
    return hmac.new(_key(secret, scope), text.encode(), 'sha256').hexdigest()
