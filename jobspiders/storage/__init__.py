"""The database and everything that writes to it: tables, migrations, embedded server, journal, writer."""
