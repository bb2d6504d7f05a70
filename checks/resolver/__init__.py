"""Asking DNS: the resolver, each check's face of it, and the transcript that "Details" draws and that replays a bug."""

from checks.resolver.resolver import Resolver
from checks.resolver.servers import parse_servers
from checks.resolver.table import Table, TableResolver
from checks.resolver.transcript import BudgetedDns, Transcript, replay

__all__ = ["BudgetedDns", "Resolver", "Table", "TableResolver", "Transcript", "parse_servers", "replay"]
