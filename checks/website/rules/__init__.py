"""What a page is, when it is not the website of a business: one module a kind, each a list of rules a person can read.

A rule takes a page and gives the `Sign` that led to it, or None.
"""
