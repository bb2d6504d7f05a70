"""Reading what people type: cleaning it, cutting it into sentences, and telling a sentence from a fragment.

Nothing here knows mail or AWS. All of it is guesswork about English that errs to the safe side: what is not surely a
fragment of a known shape is left as the person wrote it.
"""
