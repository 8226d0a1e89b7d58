# SPDX-License-Identifier: Apache-2.0
"""What identity asks of a directory that keeps the users and groups of one domain.

A directory is read, never written.  What it gives are entries, dicts:

    user   local_id, dn, name, enabled, default_project_id (or None), extra {attribute: text}
    group  local_id, dn, name, description, extra

local_id: the text that names the entry in its directory for ever; dn: what the directory itself calls it.
`asked`: the filters of a list request, {query name: text} as in db/filters.  Every method raises Unavailable,
within bounded time, when the directory does not answer or answers what cannot be used.
"""


class Directory:

    def user(self, local_id):
        """The user's entry, or None."""
        raise NotImplementedError

    def user_by_name(self, name):
        """The first entry of a user of this name, as the directory compares names, or None."""
        raise NotImplementedError

    def users(self, asked):
        """The users that match."""
        raise NotImplementedError

    def check_password(self, user, password):
        """Whether the directory lets this user's entry in with the password; an empty one never does."""
        raise NotImplementedError

    def groups_of(self, user):
        """The groups that a user's entry is a member of."""
        raise NotImplementedError

    def group(self, local_id):
        """The group's entry, or None."""
        raise NotImplementedError

    def groups(self, asked):
        """The groups that match."""
        raise NotImplementedError

    def members(self, group, asked):
        """The users in a group's entry that match; members that are not users of this directory are left out."""
        raise NotImplementedError

    def close(self):
        """Let go of what is open; the object is not used afterwards."""
