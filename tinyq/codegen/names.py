"""Names that C accepts."""

import re

_KEYWORDS = frozenset(
    [
        "auto",
        "break",
        "case",
        "char",
        "class",
        "const",
        "continue",
        "default",
        "delete",
        "do",
        "double",
        "else",
        "enum",
        "extern",
        "float",
        "for",
        "goto",
        "if",
        "inline",
        "int",
        "long",
        "main",
        "new",
        "register",
        "restrict",
        "return",
        "short",
        "signed",
        "sizeof",
        "static",
        "struct",
        "switch",
        "template",
        "this",
        "throw",
        "try",
        "typedef",
        "union",
        "unsigned",
        "using",
        "virtual",
        "void",
        "volatile",
        "while",
    ]
)


# Names that the firmware project has given to files and libraries of its own.
_TAKEN = frozenset(
    [
        "cycles",
        "frame",
        "host",
        "identity",
        "main",
        "serve",
        "startup",
        "string",
        "text",
        "tinyq",
        "tinyq_exponential16",
        "tinyq_float",
        "tinyq_platform",
        "tinyq_runtime",
        "tinyq_wide",
    ]
)


def comment_text(text: str) -> str:
    """`text` as it can stand in a C comment: it neither ends the comment nor opens another, nor holds a trigraph."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return re.sub(r"(?<=\*)(?=/)|(?<=/)(?=\*)|(?<=\?)(?=\?)", " ", printable)


def c_identifier(text: str) -> str:
    """`text` as a C and C++ identifier: letters, digits and underscores, no keyword, no digit in front."""
    name = re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_").lower() or "model"
    return f"model_{name}" if name[0].isdigit() or name in _KEYWORDS | _TAKEN else name
