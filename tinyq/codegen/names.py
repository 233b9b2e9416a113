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


# Names of files that the firmware project has of its own.
_FILES = frozenset(["cycles", "frame", "host", "identity", "main", "serve", "startup", "text"])

# Headers that its C includes, or an application may: a model of that name would stand in their way.
_HEADERS = frozenset(
    [
        "arduino",
        "arm_acle",
        "arm_mve",
        "assert",
        "ctype",
        "errno",
        "inttypes",
        "limits",
        "math",
        "setjmp",
        "signal",
        "stdarg",
        "stdbool",
        "stddef",
        "stdint",
        "stdio",
        "stdlib",
        "string",
        "time",
    ]
)


def comment_text(text: str) -> str:
    """`text` as it can stand in a C comment: it neither ends the comment nor opens another, nor holds a trigraph."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in text)
    return re.sub(r"(?<=\*)(?=/)|(?<=/)(?=\*)|(?<=\?)(?=\?)", " ", printable)


def c_identifier(text: str) -> str:
    """`text` as a C and C++ identifier: letters, digits and underscores, no keyword, no digit in front, and free."""
    name = re.sub(r"[^0-9A-Za-z]+", "_", text).strip("_").lower() or "model"
    refused = name[0].isdigit() or name.startswith("tinyq") or name in _KEYWORDS | _FILES | _HEADERS
    return f"model_{name}" if refused else name
