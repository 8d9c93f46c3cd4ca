"""What each vendor's refusal looks like: markers that stand together on its page and on no good one.

Markers are lower case, because pages are compared in lower case. Words that good pages carry too ("captcha",
"challenge-platform", "uas/login", a Turnstile script) never decide alone: they stand beside a second marker,
or count only on a page with next to no text.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """One kind of page. It matches when all of `all_of`, one of `any_of` and none of `none_of` are on it.

    `max_text` bounds the visible text (characters) and `max_bytes` the page, for markers that a good page may
    carry as well. A marker of the form `<title>x</title>` means the whole title, white space collapsed.
    """

    vendor: str
    kind: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    max_text: int | None = None
    max_bytes: int | None = None


def _cloudflare(
    kind: str, *all_of: str, any_of: tuple[str, ...] = (), max_text: int | None = None
) -> Signature:
    return Signature("cloudflare", kind, all_of, any_of, max_text=max_text)


SIGNATURES: tuple[Signature, ...] = (
    _cloudflare("challenge", "_cf_chl_opt", any_of=("cray", "cvid", "cnounce", "chl_page")),
    _cloudflare("challenge", "jschl", "challenge-form", any_of=("jschl_vc", "jschl-answer", "__cf_chl")),
    _cloudflare(
        "challenge", "cf-browser-verification", any_of=("under-attack", "jschl", "checking your browser")
    ),
    _cloudflare("captcha", "cf_captcha_kind", any_of=("challenge-form", "trk_captcha_js")),
    _cloudflare("captcha", "attention required! | cloudflare", any_of=("captcha", "challenge-form")),
    _cloudflare("challenge", "<title>just a moment...</title>", "cdn-cgi", max_text=2000),
    _cloudflare("challenge", "<title>just a moment...</title>", max_text=300),
    _cloudflare("challenge", "/orchestrate/", "/cdn-cgi/challenge-platform/h/", max_text=600),
    _cloudflare(
        "captcha", "/cdn-cgi/challenge-platform/h/", any_of=("cf-chl-", "complete the captcha"), max_text=600
    ),
    _cloudflare("rate_limit", "you are being rate limited", any_of=("cloudflare", "cf-error-details")),
    _cloudflare(
        "refused", "sorry, you have been blocked", any_of=("cf-error-details", "cf-wrapper", "cloudflare")
    ),
    _cloudflare("refused", "attention required! | cloudflare"),
    _cloudflare("refused", "used cloudflare to restrict access", max_text=3000),
    _cloudflare("login", "cloudflare access error", max_text=4000),
    _cloudflare("login", "cloudflare access", "/cdn-cgi/access/", max_text=4000),
    _cloudflare("login", "cloudflareaccess.com/cdn-cgi/access/login", max_text=2000),
    Signature(
        "datadome",
        "captcha",
        ("captcha-delivery.com",),
        ("var dd=", "var dd =", "datadome captcha", "please enable js"),
        max_text=2500,
    ),
    Signature(
        "datadome",
        "captcha",
        ("captcha-delivery.com",),
        ("initialcid=", "ct.captcha-delivery.com", "geo.captcha-delivery.com/captcha"),
        max_text=300,
    ),
    Signature("datadome", "captcha", ("datadome-captcha",), max_text=600),
    Signature("datadome", "captcha", ("datadome.co/captcha",), max_text=600),
    # PerimeterX is HUMAN today; the markers kept their names.
    Signature(
        "perimeterx",
        "captcha",
        ("px-captcha",),
        ("_pxappid", "_pxuuid", "px-cdn", "px-cloud.net", "perimeterx"),
        max_text=2500,
    ),
    Signature("perimeterx", "captcha", ("_pxappid", "access to this page has been denied"), max_text=2500),
    Signature("perimeterx", "captcha", ("perimeterx", "whywasiblocked"), max_text=2500),
    Signature("perimeterx", "captcha", ('id="px-captcha"',), max_text=600),
    Signature("perimeterx", "captcha", ("captcha.px-c",), max_text=600),
    Signature("perimeterx", "refused", ("px-block-page",), max_text=2500),
    Signature(
        "perimeterx",
        "captcha",
        ("access to this page has been denied",),
        (
            "press & hold",
            "press &amp; hold",
            "press and hold",
            "you are using automation tools",
            "human (and not a bot)",
            "powered by perimeterx",
        ),
        max_text=2500,
    ),
    # Imperva was Incapsula, and bought Distil. Good pages behind it load _Incapsula_Resource with "&ns=".
    Signature(
        "imperva",
        "challenge",
        ("_incapsula_resource",),
        ("swudnsai", "cwudnsai", "incident_id=", "edet=", "main-iframe"),
        max_text=700,
    ),
    Signature("imperva", "challenge", ("_incapsula_resource",), none_of=("&ns=", "&amp;ns="), max_bytes=3000),
    Signature("imperva", "refused", ("incapsula incident id",), max_text=2500),
    Signature(
        "imperva",
        "refused",
        ("imperva", "incident id"),
        ("powered by", "proxy ip", "blocked by our security", "error code", "access denied"),
        max_text=2500,
    ),
    Signature("imperva", "captcha", ("pardon our interruption",), max_text=3000),
    Signature("imperva", "captcha", ("distil_r_",), max_text=2500),
    Signature("imperva", "challenge", ("distilidentificationblock",), max_text=700),
    Signature(
        "akamai",
        "refused",
        ("access denied", "permission to access"),
        ("reference&#32;", "reference #", "reference&nbsp;#", "edgesuite.net"),
        max_text=1500,
    ),
    Signature("akamai", "refused", ("errors.edgesuite.net", "access denied"), max_text=1500),
    Signature("akamai", "challenge", ("bm-verify",), ("refresh", "interstitial"), max_text=300),
    Signature("akamai", "challenge", ("triggerinterstitialchallenge",), max_text=700),
    Signature("akamai", "challenge", ("sec-if-cpt",), max_text=2000),
    Signature(
        "akamai", "challenge", ("sec-cpt",), ("/_sec/", "akamai", "powered and protected"), max_text=2000
    ),
    Signature("akamai", "challenge", ("powered and protected by", "akamai"), max_text=1000),
    # The path is the same for all of Kasada's customers; good pages load p.js below it.
    Signature(
        "kasada",
        "challenge",
        ("/149e9513-01fa-4fb0-aad4-566afd725d1b/",),
        ("/ips.js", "/j.js", "/f.js", "kpf.js", "window.kpsdk"),
        max_text=200,
    ),
    Signature("kasada", "challenge", ("window.kpsdk",), ("/ips.js", "kpsdk.now", "x-kpsdk"), max_text=300),
    Signature(
        "sucuri",
        "refused",
        ("sucuri", "firewall"),
        ("block details", "block id", "access denied"),
        max_text=3000,
    ),
    Signature("sucuri", "challenge", ("sucuri_cloudproxy",), max_text=1500),
    Signature(
        "sucuri",
        "challenge",
        ("you are being redirected", "<title>you are being redirected...</title>"),
        max_text=300,
    ),
    Signature("stackpath", "refused", ("<title>stackpath</title>",), max_text=3000),
    Signature("stackpath", "challenge", ("sbtsck",), max_text=1000),
    # Amazon: its content network, its firewall, its shop. "Generated by cloudfront" alone is any error.
    Signature(
        "cloudfront",
        "refused",
        ("generated by cloudfront",),
        ("request blocked", "block access from your country"),
        max_text=2500,
    ),
    # Good pages load the firewall's scripts too, but carry neither its key nor its title.
    Signature("aws-waf", "captcha", ("gokuprops",), ("awswafcaptcha", "captcha.awswaf.com"), max_text=2500),
    Signature("aws-waf", "captcha", ("captcha.awswaf.com",), ("captcha-container",), max_text=400),
    Signature(
        "aws-waf",
        "captcha",
        ("<title>human verification</title>",),
        ("awswaf", "challenge.js", "captcha.js"),
        max_text=2500,
    ),
    Signature("aws-waf", "challenge", ("gokuprops",), max_text=2500),
    Signature("aws-waf", "challenge", ("awswafcookiedomainlist",), max_text=300),
    Signature(
        "aws-waf",
        "challenge",
        ("awswaf.com", "challenge.js"),
        ("awswafintegration", "challenge-container"),
        max_text=700,
    ),
    Signature(
        "amazon",
        "captcha",
        ("validatecaptcha",),
        ("opfcaptcha", "captchacharacters", "amzn", "continue shopping", "enter the characters"),
        max_text=3000,
    ),
    Signature("amazon", "captcha", ("to discuss automated access to amazon data",), max_text=3000),
    Signature("azure", "refused", ("microsoft-azure-application-gateway", "403 forbidden"), max_text=400),
    Signature("azure", "refused", ("the request is blocked",), max_text=400),
    Signature("azure", "challenge", ("azure waf", "challenge"), max_text=1500),
    Signature("f5", "refused", ("the requested url was rejected", "administrator"), max_text=1500),
    Signature(
        "f5",
        "challenge",
        ("please enable javascript to view the page content",),
        ("bobcmn", "/tspd/"),
        max_text=400,
    ),
    # Shape is F5's today.
    Signature("f5", "challenge", ("istlwashere",), max_text=600),
    Signature("f5", "challenge", ("/_imp_apg_r_/",), max_text=300),
    Signature("radware", "captcha", ("validate.perfdrive.com",), max_text=2500),
    Signature("radware", "captcha", ("captcha.perfdrive.com",), max_text=2500),
    Signature(
        "radware", "captcha", ("shieldsquare",), ("shieldsquare captcha", "shieldsquare block"), max_text=2500
    ),
    Signature("radware", "refused", ("unauthorized activity has been detected",), max_text=2500),
    Signature("radware", "captcha", ("<title>radware captcha page</title>",), max_text=2500),
    Signature("radware", "captcha", ("<title>radware bot manager",), max_text=2500),
    Signature("radware", "captcha", ("on this site made us think that you are a bot",), max_text=1500),
    Signature("reblaze", "challenge", ("rbzns", "winsocks"), max_text=600),
    Signature(
        "reblaze", "refused", ("access denied (403)", "current session has been terminated"), max_text=1500
    ),
    Signature("wordfence", "refused", ("generated by wordfence",), max_text=4000),
    Signature(
        "wordfence", "refused", ("your access to this site has been limited", "wordfence"), max_text=4000
    ),
    Signature("vercel", "challenge", ("vercel security checkpoint",), max_text=1500),
    Signature("anubis", "challenge", ("/.within.website/",), max_text=3000),
    Signature("ddos-guard", "challenge", ("<title>ddos-guard</title>",), max_text=2500),
    Signature("ddos-guard", "challenge", ("ddos-guard", "checking your browser"), max_text=1500),
    Signature("fastly", "challenge", ("/_fs-ch-",), max_text=1500),
    Signature("fortiweb", "refused", ("attack id", "web page blocked"), max_text=1500),
    Signature("fortiweb", "refused", ("fgd_icon",), max_text=1500),
    Signature(
        "fortiguard",
        "refused",
        ("fortiguard",),
        ("web page blocked", "access blocked", "web filter violation"),
        max_text=1500,
    ),
    Signature("squid", "refused", ("err_access_denied",), ("squid", "proxy"), max_text=2500),
    Signature("modsecurity", "refused", ("generated by mod_security",), max_text=1000),
    Signature("barracuda", "refused", ("barracuda", "you have been blocked"), max_text=1500),
    Signature("yandex", "captcha", ("smartcaptcha",), ("showcaptcha", "checkboxcaptcha"), max_text=2500),
    Signature("alibaba", "captcha", ("_____tmd_____",), max_text=600),
    Signature("alibaba", "challenge", ("acw_sc__v2", "arg1="), max_text=600),
    Signature("alibaba", "refused", ("errors.aliyun.com",), max_text=2500),
    Signature(
        "imunify360", "refused", ("imunify360",), ("bot-protection", "webshield", "captcha"), max_text=2500
    ),
    Signature("imunify360", "challenge", ("wsidchk",), max_text=800),
    Signature("siteground", "challenge", ("/.well-known/sgcaptcha/",), max_text=400),
    Signature("siteground", "challenge", ("/.well-known/captcha/", "refresh"), max_text=400),
    Signature("hostinger", "challenge", ("/hcdn-cgi/jschallenge",), max_text=800),
    Signature("litespeed", "captcha", ("/.lsrecap/",), max_text=800),
    Signature("bitninja", "captcha", ("bitninja",), ("captcha", "blocked"), max_text=2500),
    Signature("bunny", "challenge", ("bunny-shield",), max_text=800),
    Signature("qrator", "challenge", ("/__qrator/",), max_text=600),
    Signature("servicepipe", "challenge", ("servicepipe",), ("checkjs", "captcha"), max_text=800),
    Signature("safeline", "challenge", ("/.safeline/",), max_text=800),
    Signature("queue-it", "rate_limit", ("queue-it.net", "you are now in line"), max_text=3000),
    # Boards' own pages.
    Signature("glassdoor", "refused", ("<title>security | glassdoor</title>",), max_text=20_000),
    Signature("glassdoor", "refused", ("help us protect glassdoor",), max_text=20_000),
    *(
        Signature("glassdoor", "refused", (f"<title>{word} | glassdoor</title>",), max_text=20_000)
        for word in (
            "sicherheit",
            "sécurité",
            "seguridad",
            "segurança",
            "sicurezza",
            "beveiliging",
            "veiligheid",
        )
    ),
    *(
        Signature("glassdoor", "refused", (words,), max_text=3000)
        for words in (
            "glassdoor zu schützen",
            "protéger glassdoor",
            "proteger glassdoor",
            "proteger a glassdoor",
            "proteger o glassdoor",
            "proteggere glassdoor",
            "glassdoor te beschermen",
        )
    ),
    Signature(
        "indeed",
        "challenge",
        ("security check - indeed.com",),
        ("additional verification required", "ray id"),
        max_text=6000,
    ),
    Signature("indeed", "captcha", ("hcaptcha solve page",), max_text=3000),
    Signature("linkedin", "login", ('content="auth_wall_',)),
    Signature("linkedin", "login", ("urn:li:page:auth_wall_",)),
    Signature("linkedin", "login", ("authwall-join-form", "sign up | linkedin")),
    Signature("linkedin", "login", ('content="d_checkpoint_lg',), ("login-submit", "session_password")),
    Signature("linkedin", "login", ("window.location.href", "/authwall?"), max_text=300, max_bytes=8000),
    Signature(
        "google",
        "captcha",
        ("detected unusual traffic from your computer network",),
        ("captcha-form", "/sorry/", "google.com/policies"),
        max_text=4000,
    ),
    Signature(
        "google",
        "captcha",
        ('id="captcha-form"',),
        ("/sorry/", "google.com/policies", "support.google.com/websearch"),
        max_text=4000,
    ),
    Signature("google", "challenge", ("/httpservice/retry/enablejs",), max_text=600),
    Signature("google", "consent", ("consent.google.", "/save"), max_text=12_000),
    # Nobody's by name.
    Signature("unknown", "challenge", ("checking your browser before accessing",), max_text=400),
    Signature(
        "unknown",
        "challenge",
        ("http-equiv", "refresh"),
        ("verify your browser", "verifying your browser", "browser verification"),
        max_text=300,
    ),
)
