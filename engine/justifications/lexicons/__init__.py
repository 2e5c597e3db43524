"""The words a text may use, one file a language, and what each of them claims."""
