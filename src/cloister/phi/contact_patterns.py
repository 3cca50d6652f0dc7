"""What reaches a person: e-mail, web and network addresses, user names, telephone and fax numbers, pagers."""

# ruff: noqa: E501 - an expression or a word list is read whole
from __future__ import annotations

from cloister.phi import contact_checks as c
from cloister.phi.pattern_parts import BLANK, Pattern

_PHONE_CUE = (
    r"(?i)\b(?:tele?(?:phone)?|phone|answering|messages? to|ph|cell(?:ular)?|mobile|mob|call(?: him| her| them| us| me)?(?: back)?|callback|reach(?:ed)?(?: (?:me|us|him|her|them))?|contact|home|work|office|pager|beeper|page|text|voicemail|whatsapp|fax|facsimile)\b[ \t]*(?:number|no|num|line|at|on|is|#)*"
    + BLANK
    + r"(?:[.:#=-]*"
    + BLANK
    + r"|:[ \t]*\r?\n[ \t]*)(?:\([a-z]\)[ \t]*)?"
)

ELECTRONIC: tuple[Pattern, ...] = (
    Pattern("email", "e-mail address", r"[A-Za-z0-9][A-Za-z0-9._%+'-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", 0.99),
    Pattern("email", "e-mail address spelled out", r"(?i)\b[a-z0-9._%+-]+[ \t]*(?:\(at\)|\[at\]| at )[ \t]*[a-z0-9-]+[ \t]*(?:\(dot\)|\[dot\]| dot )[ \t]*(?:com|org|net|edu|gov)\b", 0.9, sieve=r"(?i)(?:\(dot\)|\[dot\]| dot )[ \t]*(?:com|org|net|edu|gov)\b"),
    Pattern("url", "web address", r"(?i)\b(?:(?:https?|ftp|sftp)://[^\s<>\"'\x7f]*[^\s<>\"'\x7f.,;:!?)\]]|www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[^\s<>\"'\x7f,;)]*)?)", 0.99, c.web),
    Pattern("url", "domain name", r"(?i)\b[a-z0-9-]{2,}(?:\.[a-z0-9-]+)*\.(?:com|org|net|edu|gov|io|health|info|biz|co\.uk|us|example)(?:/[^\s<>\"'\x7f,;)]*)?\b", 0.85, c.not_in_email, sieve=r"(?i)[a-z0-9-]\.(?:com|org|net|edu|gov|io|health|info|biz|co\.uk|us|example)\b"),
    Pattern("url", "page of a domain", r"(?i)\b[a-z0-9-]{2,}(?:\.[a-z0-9-]+)*\.(?:(?:tv|me|app|dev|ca|uk|de|fr|au|nz|social|blog|page|link|site|online|ai|ly|example|test)/|[a-z]{2,12}/[@~])[^\s<>\"'\x7f,;)]*[a-z0-9_/]", 0.8, c.page, sieve=r"(?i)[a-z0-9-]\.[a-z]{2,12}/[^\s]"),
    Pattern("ip", "IPv4 address", r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b", 0.95, c.ipv4),
    Pattern("ip", "IPv6 address", r"(?i)\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b|\b(?:[0-9a-f]{1,4}:){2,7}:", 0.95, c.ipv6),
    Pattern("other-id", "account handle", r"(?:^|[\s(,:])(@[A-Za-z_][A-Za-z0-9_.]{2,29})", 0.8),
    Pattern(
        "other-id",
        "user name beside a cue",
        r"(?i)\b(?:user ?name|user ?id|login|log-in|screen name|handle|skype|twitter|instagram|portal id)[ \t]*(?:is|:|=|-)?[ \t]*([a-z0-9@_][a-z0-9@_.-]{2,29})",
        0.8,
        c.handle,
        sieve=r"(?i)\b(?:user ?name|user ?id|login|log-in|screen name|handle|skype|twitter|instagram|portal id)",
    ),
    Pattern(
        "other-id",
        "user name after \"user\"",
        r"(?i)\b(?:user|acct name|portal|mychart|venmo|zelle|cash ?app|tiktok|insta|facebook|fb|snapchat|telegram|discord)[ \t]*(?:name|id|is|:|=|-)?[ \t]*"
        r"(@?[a-z0-9.-]*[a-z]_[a-z0-9_.-]*[a-z0-9]|[a-z]{4,}[.-]?[a-z]*\d{1,6})\b",
        0.8,
    ),
    Pattern(
        "other-id",
        "account of a network",
        r"(?i)\b(?:facebook|fb|insta|instagram|tiktok|snapchat|telegram|discord|venmo|zelle)[ \t]*(?:name|id|is|:|=|-)?[ \t]*([a-z]+[.][a-z]{3,}\d{0,6})\b",
        0.8,
    ),
)  # fmt: skip

PHONES: tuple[Pattern, ...] = (
    Pattern("phone", "telephone number", r"(?:\+?1[-. ]*)?(?:[(\[][2-9]\d{2}[)\]][ -]*\d{3}[-. ]*\d{4}|\b[2-9]\d{2}(?:[-. /]| [-.] )\d{3}(?:[-. ]| [-.] )\d{4})(?:,?[ \t]*(?i:x|ext\.?|extension)[ \t]*\d{1,6})?\b|\b[2-9]\d{2}[-. ]\d{4}(?: ?(?i:x|ext\.?) ?\d{2,6})?\b", 0.9, c.phone, sieve=r"\b[2-9]\d{2}(?:[)\]][ -]*\d{3}|(?:[-. /]| [-.] )\d{3}[-. ]|[-. ]\d{4}(?:\b|[xXeE]))"),
    Pattern("phone", "international telephone number", r"\+\d{1,3}[ .-]?(?:\(?\d{1,5}\)?[ .-]?){2,5}\d{2,4}\b", 0.9, c.abroad),
    Pattern("phone", "telephone number with a trunk zero", r"\b0\d{2,4}[ -]\d{3,4}(?:[ -]\d{2,4}){1,2}\b", 0.75, c.trunk_zero),
    Pattern(
        "phone",
        "telephone number beside a cue",
        _PHONE_CUE + r"(\+?\(?\d[\d() .x-]{4,18}\d)",
        0.92,
        c.cued_phone,
        sieve=_PHONE_CUE + r"\+?\(?\d[\d() .x-]{5}",
    ),
    Pattern("phone", "extension", r"(?i)\b(?:ext(?:ension)?\.?|x|pager|pgr|beeper|bpr|pa?g(?:ed?)?|bleep|vocera|spectra ?link|ascom|dial)[ \t]*(?:number|no|is|at|#)*[ \t]*[.:#]?[ \t]*#?(\d{3,6}(?:-\d{4})?|\d-\d{4}|\d{2}-\d{3,4})\b", 0.7, c.extension),
    Pattern("phone", "number to page", r"(?i)\b(?:page|pager|call|beep|vocera|text)\b[^.;\n\d]{1,40} at (\d{5}|2[4-9]\d\d|[3-9]\d{3}|\d\d[6-9]\d)\b", 0.7, c.extension, sieve=r"(?i)\b(?:page|pager|call|beep|vocera|text)\b[^.;\n\d]* at \d{4}"),
    Pattern("phone", "number to page, in two parts", r"(?i)\b(?:page|pager|call|beep|vocera|text)\b[^;\n\d]{1,40} (\d-\d{4})\b", 0.75, sieve=r"[^\d;\n] \d-\d{4}"),
    Pattern("phone", "pager number", r"[A-Za-z0-9][,:]? (p\d{4,5})\b", 0.7),
    Pattern("phone", "telephone number of a mobile abroad", r"\b0(?:7\d{3}[ -]?\d{3}[ -]?\d{3}|7\d{3}[ -]\d{6}|8[35679][ -]?\d{3}[ -]?\d{4}|9\d{2}[ -]?\d{3}[ -]?\d{4})\b", 0.85),
    Pattern("phone", "telephone number with strokes", r"\b[2-9]\d{2}/\d{3}/\d{4}\b", 0.85),
)  # fmt: skip
