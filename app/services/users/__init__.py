"""Who opens an archive: users, keys, passwords."""
