"""Is this domain ready for a reviewer at AWS? A domain goes in, reports come out. See `checks.run`."""
