"""Other readers of how posts feel, off by default: a transformers model, a language model."""
