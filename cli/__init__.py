"""Answers in a terminal: `./ses-bot check`. Values to rich, JSON or CSV; no Slack, no AWS, no database."""
