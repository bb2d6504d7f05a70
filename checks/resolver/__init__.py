"""Asking DNS: the resolver, each check's budgeted view of it, and the transcript that "Details" draws."""

from checks.resolver.resolver import AuthoritativeDns, Resolver
from checks.resolver.servers import parse_servers
from checks.resolver.transcript import BudgetedDns, Transcript

__all__ = ["AuthoritativeDns", "BudgetedDns", "Resolver", "Transcript", "parse_servers"]
