"""Who asks in a terminal: `./ses-bot check`. Values to rich, JSON or CSV; no Slack, no AWS, no database."""

VERSION = "0.1.0"
"""As in pyproject.toml."""
