"""The languages that a configuration may name, and what people write instead of their codes."""

from __future__ import annotations

import difflib
import re

_SHOWN = 60

_CODES = (
    "ace af am an ar ary arz as az ba bcl be bg bn br bs ca crh cs cy da de dz el en eo es et eu "
    "ext fa fi fo fr fuv fy ga gcf gcr gd gl gom grc gu gug guw ha hbo he hi hr ht hu hy id ig is "
    "it ja jv ka kab kik kk km kn ko ku ky la lb lg lij ln lo lt ltg lv mg mk ml mn mr ms mt my ne "
    "nl nn no nso oc om or pa pcm pl ps pt qu ro ru rw sa sdh se si sk sl sn so sq sr st sv sw ta "
    "te tg th tk tl tr tt ug uk ur uz uzs vec vi vo wa wuu xh yo yue zh zu"
)

LANGUAGES = frozenset(_CODES.split())
"""The languages that posts are told apart by (ISO 639-1, or else 639-3), which are the
model's. Written down, as it takes too long to load for a look at a configuration."""

_CALLED = {
    "english": "en", "eng": "en", "gb": "en", "us": "en", "french": "fr", "français": "fr",
    "francais": "fr", "fra": "fr", "fre": "fr", "german": "de", "deutsch": "de", "deu": "de",
    "ger": "de", "spanish": "es", "español": "es", "spa": "es", "italian": "it", "italiano": "it",
    "ita": "it", "dutch": "nl", "nederlands": "nl", "nld": "nl", "portuguese": "pt",
    "português": "pt", "por": "pt", "br-pt": "pt", "polish": "pl", "swedish": "sv", "danish": "da",
    "dk": "da", "norwegian": "no", "nb": "no", "finnish": "fi", "czech": "cs", "cz": "cs",
    "greek": "el", "gr": "el", "ukrainian": "uk", "ua": "uk", "russian": "ru", "turkish": "tr",
    "arabic": "ar", "hebrew": "he", "japanese": "ja", "jp": "ja", "chinese": "zh", "cn": "zh",
    "korean": "ko", "kr": "ko",
}  # fmt: skip
"""Other names that languages go by: their own, English, three letters, a country's."""


def language_fault(language: str) -> str:
    """A language is a code that texts can be told apart by."""
    if language in LANGUAGES:
        return ""
    near = _language_near(language.strip().casefold())
    hint = f"did you mean “{near}”?" if near else "“en” and “fr” are"
    return f"“{language[:_SHOWN]}” is not the code of a language; {hint}"


def _language_near(called: str) -> str | None:
    code = re.split(r"[-_]", called)[0]
    for found in (_CALLED.get(called), code, _CALLED.get(code)):
        if found in LANGUAGES:
            return found
    names = difflib.get_close_matches(called[:_SHOWN], _CALLED, n=1, cutoff=0.75)
    if names:
        return _CALLED[names[0]]
    codes = difflib.get_close_matches(called[:3], sorted(LANGUAGES), n=1, cutoff=0.5)
    return codes[0] if codes and len(called) <= 3 else None
