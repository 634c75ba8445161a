"""The launcher of `make run`: PostgreSQL, the search engine and the services on one machine."""
