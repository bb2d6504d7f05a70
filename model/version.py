"""The version of ses-bot, as in pyproject.toml: shown by `--version`, `/healthz`, `/metrics` and the log."""

VERSION = "0.2.0"
