"""What Vigie says, in each language: one catalogue a language, as gettext's .po files."""
