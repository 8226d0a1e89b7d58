# SPDX-License-Identifier: Apache-2.0
"""What an operator may set for identity."""
from oslo_config import cfg

OPTIONS = [
    cfg.IntOpt('token_seconds', default=3600, min=1, help='How long a new token is good.'),
    cfg.IntOpt('expired_seconds', default=172800, min=0,
               help='How long after its end a token may still be checked with allow_expired, for work that '
                    'outlives the token it began with.'),
    cfg.IntOpt('receipt_seconds', default=300, min=1,
               help='How long users have to complete a login that their multi-factor rules want more for.'),
    cfg.IntOpt('totp_windows', default=1, min=0,
               help='How many half minutes an earlier one-time passcode is still accepted.'),
    cfg.IntOpt('request_token_seconds', default=28800, min=0,
               help='How long users have to authorize an OAuth 1 request token; 0: for ever.'),
    cfg.IntOpt('access_token_seconds', default=86400, min=0,
               help='How long a consumer may use an OAuth 1 access token; 0: for ever.'),
    cfg.IntOpt('oauth1_timestamp_seconds', default=600, min=1,
               help='How far the timestamp of a request signed with OAuth 1 may lie from now; nonces are remembered '
                    'as long.'),
    cfg.BoolOpt('v2_enabled', default=False,
                help='Answer /v2.0 too, for clients that know no other; it carries tokens in URLs, where logs of proxies '
                     'keep them.'),
    cfg.ListOpt('oauth2_authn_methods', default=['tls_client_auth', 'client_secret_basic'],
                help='How clients may authenticate to get an OAuth 2.0 access token: client_secret_basic with an '
                     'application credential, tls_client_auth with a certificate, where oauth2_certificate is set.'),
    cfg.StrOpt('oauth2_certificate', default='',
               help='Name in the web server\'s environment of the client certificate that it has verified, as '
                    'SSL_CLIENT_CERT (PEM, also percent-encoded, or base64 of DER).  A name that begins with HTTP_ is a '
                    'header of the request, which any client can send: only if the web server sets it itself on every '
                    'request.  Empty: nobody authenticates with a certificate.'),
    cfg.StrOpt('oauth2_cert_dn_mapping_id', default='oauth2_mapping',
               help='The federation mapping that says which user a certificate is for, from SSL_CLIENT_SUBJECT_DN_CN, '
                    'SSL_CLIENT_ISSUER_DN_CN and so on.'),
    cfg.IntOpt('ec2_minutes', default=15, min=1, help='How old a signed EC2 or S3 request may be.'),
    cfg.StrOpt('token_format', default='fernet', choices=['fernet', 'jws'],
               help='fernet: short and sealed with a shared key; jws: signed with a private key, readable by anyone. '
                    'Tokens of the other format that are still good are still accepted.'),
    cfg.IntOpt('token_keys', default=4, min=3,
               help='Keys of a kind that rotation keeps: the next, the present and older ones.  Rotate no more often '
                    'than (token_seconds + expired_seconds) / (token_keys - 2), or good tokens are lost.'),
    cfg.IntOpt('token_cache', default=20000, min=0,
               help='Checked tokens that one process remembers; each costs about 8 KB.'),
    cfg.StrOpt('password_hash', default='argon2id', choices=['argon2id', 'bcrypt', 'scrypt'],
               help='How new passwords and secrets are hashed; others are verified still, and hashed anew at login.'),
    cfg.IntOpt('argon2_time', default=2, min=1, help='Passes of argon2id over its memory.'),
    cfg.IntOpt('argon2_memory', default=19456, min=8, help='Memory of argon2id in KiB.'),
    cfg.IntOpt('argon2_parallelism', default=1, min=1, help='Lanes of argon2id.'),
    cfg.IntOpt('bcrypt_rounds', default=12, min=4, max=31, help='Two to this power rounds of bcrypt.'),
    cfg.IntOpt('scrypt_cost', default=16, min=4, max=24, help='Two to this power is the N of scrypt.'),
    cfg.IntOpt('lockout_failure_attempts', default=0, min=0,
               help='Wrong passwords in a row that lock a user; 0: never.'),
    cfg.IntOpt('lockout_duration', default=1800, min=1, help='Seconds that a locked user stays locked.'),
    cfg.IntOpt('disable_user_account_days_inactive', default=0, min=0,
               help='Days without a login after which a user is disabled; 0: never.'),
    cfg.IntOpt('password_expires_days', default=0, min=0, help='Days a password is good; 0: for ever.'),
    cfg.IntOpt('minimum_password_age', default=0, min=0,
               help='Days before users may change their new password again; 0: at once.'),
    cfg.IntOpt('unique_last_password_count', default=0, min=0,
               help='How many of the last passwords a user may not choose again; 0: any.'),
    cfg.StrOpt('password_regex', default='', help='Expression that a new password must match; empty: anything.'),
    cfg.StrOpt('password_regex_description', default='',
               help='What password_regex asks for, in words that users are shown.'),
    cfg.BoolOpt('change_password_upon_first_use', default=False,
                help='Users must change a password that an administrator set before they may log in.'),
    cfg.StrOpt('domain_config_dir', default='',
               help='Directory of files <anything>.<domain name>.conf with the sections [identity] and [ldap] of that '
                    'domain, read at start; what the API sets for the domain goes before them.  Empty: none.'),
    cfg.FloatOpt('directory_seconds', default=60, min=0,
               help='How long what a directory (LDAP) said of a user or group is taken to be so still: a user who is '
                    'disabled or loses a group there keeps tokens and roles so long at most.'),
    cfg.IntOpt('directory_timeout', default=5, min=1,
               help='Seconds a directory has to answer, where its domain sets no connection_timeout.'),
    cfg.IntOpt('max_project_tree_depth', default=5, min=1, help='How deep projects nest, the domain not counted.'),
    cfg.IntOpt('deletion_seconds', default=86400, min=0, max=366 * 86400,
               help='How long a project that `praline project delete` disabled can be restored before it is deleted '
                    'in every service; 0: it is deleted at once.'),
    cfg.StrOpt('notification_driver', default='noop', choices=['noop', 'log', 'messagingv2'],
               help='Who is told of changes and logins: noop: nobody; log: the log; messagingv2: the queues of a '
                    'broker, as Ceilometer and others read them.'),
    cfg.StrOpt('notification_url', default='', secret=True,
               help='The broker of messagingv2, rabbit://user:password@host:port/vhost; empty: [rpc] transport_url.'),
    cfg.ListOpt('notification_topics', default=['notifications'],
                help='Queues that notifications go to; `.info` is added to each name.'),
    cfg.StrOpt('notification_format', default='cadf', choices=['cadf', 'basic'],
               help='cadf: who did what, when and from where, as the DMTF defines it; basic: what changed. Logins and '
                    'role assignments are always told as cadf.'),
    cfg.ListOpt('notification_opt_out', default=['identity.authenticate.success', 'identity.authenticate.pending'],
                help='Events that nobody is told of: identity.<resource>.<operation>, such as identity.user.created, '
                     'or identity.authenticate.<outcome>.'),
    cfg.StrOpt('enforcement_model', default='flat', choices=['flat', 'strict_two_level'],
               help='How limits bind each other: flat: not at all; strict_two_level: no project may have more than '
                    'its domain, and projects nest no deeper than two levels.'),
    cfg.IntOpt('max_redelegation_count', default=3, min=0, help='How often a trust may be passed on.'),
    cfg.BoolOpt('allow_redelegation', default=False, help='Whether a trust may be passed on at all.'),
    cfg.IntOpt('application_credential_limit', default=-1, min=-1,
               help='Application credentials one user may have; -1: any number.'),
    cfg.StrOpt('external_auth', default='', choices=['', 'DefaultDomain', 'Domain'],
               help='Whether the user whom the web server in front has authenticated (REMOTE_USER in its environment) '
                    'counts as authenticated: DefaultDomain: as the user of that name in the default domain; Domain: in '
                    'the domain that REMOTE_DOMAIN names, if it is set; empty: no.'),
    cfg.ListOpt('assertion_prefixes', default=[],
                help='What the names in the web server\'s environment begin with that identity providers assert '
                     'something by, as OIDC_ or MELLON_; mappings see those and no others.  Empty: nobody logs in '
                     'through an identity provider.  Names that begin with HTTP_ are headers of the request, which any '
                     'client can send: list HTTP_OIDC_ and the like only if the web server guards all addresses of '
                     'federated logins and takes such headers out of what clients send there.'),
    cfg.StrOpt('remote_id_attribute', default='',
               help='Name in the web server\'s environment that says which identity provider made an assertion, as '
                    'MELLON_IDP or OIDC_iss, for protocols that have no remote_id_attribute of their own.'),
    cfg.ListOpt('trusted_dashboard', default=[],
                help='URLs of the dashboards to which a browser that logged in through an identity provider may be sent '
                     'back with its token, as https://example.org/auth/websso/; empty: to none.'),
    cfg.IntOpt('default_authorization_ttl', default=0, min=0,
               help='Minutes that the group memberships of a federated login hold without one, for application '
                    'credentials and trusts; an identity provider\'s own authorization_ttl comes first.  0: none.'),
    cfg.StrOpt('mapping_schema_version', default='1.0', choices=['1.0', '2.0', '3.0'],
               help='Version of the mapping schema that a mapping is of when it does not say.'),
    cfg.StrOpt('saml_entity_id', default='',
               help='What this cloud calls itself in SAML assertions about its users for other clouds, a URI; empty: '
                    'it makes none.  Needs xmlsec1 and pysaml2.'),
    cfg.StrOpt('saml_sso_endpoint', default='',
               help='URL of the single sign-on service in the SAML metadata of this cloud.'),
    cfg.IntOpt('saml_assertion_seconds', default=3600, min=1, help='How long a SAML assertion is good.'),
]
