"""What every answer of the tracker carries, whatever it answers. Source: promise P20."""

import re

from werkzeug.test import TestResponse

#: Addresses of pages about accounts: no browser and no proxy keeps them.
_NEVER_KEPT = re.compile(r"/(me|people|login|logout|verify|reset|invitation|email)(/|$)")


def header_faults(answer: TestResponse, *, https: bool = False) -> list[str]:
    """Return what is wrong with the headers of an answer."""
    headers, faults = answer.headers, []
    policy = headers.get("Content-Security-Policy", "")
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}
    for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
        if rules.get(name, rules.get("default-src") if name == "object-src" else None) != ["'none'"]:
            faults.append(f"{name} is {rules.get(name)}")
    if "sandbox" not in rules and rules.get("form-action") not in (["'self'"], ["'none'"]):
        faults.append(f"form-action is {rules.get('form-action')}")
    if any(word in policy for word in ("unsafe", "http:", "https:", "*", "data:", "blob:")):
        faults.append(f"the policy lets something in: {policy}")
    wanted = {"X-Content-Type-Options": ("nosniff",), "Referrer-Policy": ("same-origin", "no-referrer")}
    faults += [f"{name} is {headers.get(name)}" for name, values in wanted.items() if headers.get(name) not in values]
    if ("max-age=31536000" in headers.get("Strict-Transport-Security", "")) != https:
        faults.append(f"HSTS is {headers.get('Strict-Transport-Security')}")
    kept = headers.get("Cache-Control", "")
    if _NEVER_KEPT.match(answer.request.path) or answer.status_code >= 400:
        if "no-store" not in kept:
            faults.append(f"{answer.status_code} of {answer.request.path} may be kept: {kept!r}")
    elif "private" not in kept and "no-store" not in kept and "/static/" not in answer.request.path:
        faults.append(f"shared caches may keep it: {kept!r}")
    faults += [f"{name} names what serves it" for name in ("Server", "X-Powered-By") if name in headers]
    return faults
