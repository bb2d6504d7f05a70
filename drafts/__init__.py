"""Drafts what to write: answers in; the letter, remarks on it and the reply to AWS out.

Pure functions without I/O and without a clock. `drafts.request` writes the letter, `drafts.remarks` reviews it,
`drafts.refusal` reads what AWS wrote, `drafts.reply` writes the reply, `drafts.guard` holds a model's prose to
the letter.
"""
