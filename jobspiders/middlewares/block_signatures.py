"""What each vendor's refusal looks like: markers that stand together on its page and on no good one.

A marker is lower case, because pages are compared in lower case. Words that good pages carry too ("captcha",
"challenge-platform", "uas/login", a Turnstile script) never decide alone: they stand beside a second marker, or
count only on a page with next to no text.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signature:
    """One kind of page. It matches when all of `all_of`, one of `any_of` and none of `none_of` are on it.

    `max_text` bounds the visible text in characters and `max_bytes` the page, for markers that a good page may
    carry as well; `refused_only` asks for a status that is not a success.
    """

    vendor: str
    kind: str
    all_of: tuple[str, ...]
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    max_text: int | None = None
    max_bytes: int | None = None
    refused_only: bool = False


# Kinds: challenge (a script to pass), captcha (a person to pass), refused, login (a wall), rate_limit, consent.
SIGNATURES: tuple[Signature, ...] = (
    # Cloudflare
    Signature("cloudflare", "challenge", ("_cf_chl_opt",), ("cray", "cvid", "cnounce", "chl_page")),
    Signature(
        "cloudflare", "challenge", ("jschl", "challenge-form"), ("jschl_vc", "jschl-answer", "__cf_chl")
    ),
    Signature(
        "cloudflare",
        "challenge",
        ("cf-browser-verification",),
        ("cf-im-under-attack", "jschl", "checking your browser"),
    ),
    Signature("cloudflare", "captcha", ("cf_captcha_kind",), ("challenge-form", "trk_captcha_js")),
    Signature("cloudflare", "captcha", ("attention required! | cloudflare",), ("captcha", "challenge-form")),
    Signature("cloudflare", "challenge", ("<title>just a moment...</title>", "cdn-cgi"), max_text=2000),
    Signature(
        "cloudflare",
        "refused",
        ("sorry, you have been blocked",),
        ("cf-error-details", "cf-wrapper", "cloudflare ray id"),
    ),
    Signature("cloudflare", "refused", ("attention required! | cloudflare",)),
    Signature("cloudflare", "refused", ("used cloudflare to restrict access",), max_text=3000),
    Signature(
        "cloudflare", "rate_limit", ("you are being rate limited",), ("cloudflare", "cf-error-details")
    ),
    Signature("cloudflare", "login", ("cloudflare access error",), max_text=4000),
    Signature("cloudflare", "login", ("cloudflare access", "/cdn-cgi/access/"), max_text=4000),
    Signature("cloudflare", "login", ("cloudflareaccess.com/cdn-cgi/access/login",), max_text=2000),
    # DataDome
    Signature(
        "datadome",
        "captcha",
        ("captcha-delivery.com",),
        ("var dd=", "var dd =", "datadome captcha"),
        max_text=2500,
    ),
    Signature("datadome", "captcha", ('"url"', "captcha-delivery.com/"), max_bytes=4000),
    Signature("datadome", "captcha", ("captcha-delivery.com",), ("please enable js",), max_text=1500),
    # PerimeterX, now HUMAN
    Signature(
        "perimeterx",
        "captcha",
        ("px-captcha",),
        ("_pxappid", "_pxuuid", "px-cdn", "px-cloud.net", "perimeterx"),
        max_text=4000,
    ),
    Signature(
        "perimeterx", "captcha", ("_pxappid",), ("access to this page has been denied",), max_text=4000
    ),
    Signature("perimeterx", "captcha", ("perimeterx", "whywasiblocked"), max_text=4000),
    Signature("perimeterx", "captcha", ('"appid"', '"jsclientsrc"'), ("px", "blockscript"), max_bytes=8000),
    # Imperva, earlier Incapsula and Distil
    Signature("imperva", "challenge", ("_incapsula_resource",), max_text=700),
    Signature("imperva", "refused", ("incapsula incident id",)),
    Signature("imperva", "refused", ("imperva", "incident id"), max_text=2500),
    Signature("imperva", "captcha", ("pardon our interruption",), max_text=3000),
    Signature("imperva", "captcha", ("distil_r_",), max_text=2500),
    Signature("imperva", "challenge", ("distilidentificationblock",), max_text=700),
    # Akamai
    Signature(
        "akamai",
        "refused",
        ("access denied", "permission to access", "reference"),
        ("reference&#32;", "reference #", "edgesuite.net"),
        max_text=1500,
    ),
    Signature("akamai", "refused", ("errors.edgesuite.net", "access denied"), max_text=1500),
    Signature("akamai", "challenge", ("bm-verify",), max_text=1500),
    Signature("akamai", "challenge", ("sec-if-cpt",), max_text=2000),
    Signature(
        "akamai", "challenge", ("sec-cpt",), ("/_sec/", "akamai", "powered and protected"), max_text=2000
    ),
    # Kasada
    Signature("kasada", "challenge", ("/149e9513-01fa-4fb0-aad4-566afd725d1b/",), max_text=120),
    Signature("kasada", "challenge", ("window.kpsdk",), max_text=300),
    # Sucuri
    Signature(
        "sucuri",
        "refused",
        ("sucuri", "firewall"),
        ("block details", "block id", "access denied"),
        max_text=3000,
    ),
    Signature("sucuri", "challenge", ("sucuri_cloudproxy",), max_text=1500),
    # StackPath
    Signature("stackpath", "refused", ("<title>stackpath</title>",), max_text=3000),
    Signature("stackpath", "challenge", ("sbtsck",), max_text=1000),
    # Amazon's clouds and its shop
    Signature("cloudfront", "refused", ("generated by cloudfront",), ("request blocked",), max_text=2500),
    Signature("aws-waf", "captcha", ("awswafcaptcha",), max_text=2500),
    Signature("aws-waf", "challenge", ("gokuprops",), max_text=2500),
    Signature(
        "aws-waf",
        "challenge",
        ("awswaf.com", "challenge.js"),
        ("awswafintegration", "challenge-container"),
        max_text=1500,
    ),
    Signature(
        "amazon",
        "captcha",
        ("validatecaptcha",),
        ("opfcaptcha", "captchacharacters", "amzn", "continue shopping"),
    ),
    Signature("amazon", "captcha", ("to discuss automated access to amazon data",), max_text=3000),
    # Microsoft
    Signature("azure", "refused", ("microsoft-azure-application-gateway", "403 forbidden"), max_text=400),
    Signature(
        "azure", "refused", ("the request is blocked",), ("azure", "x-azure-ref", "ref a:"), max_text=800
    ),
    Signature("azure", "challenge", ("azure waf", "js challenge"), max_text=1500),
    # F5
    Signature("f5", "refused", ("the requested url was rejected", "support id"), max_text=1500),
    Signature(
        "f5", "challenge", ("bobcmn",), ("/tspd/", "tspd_101", "please enable javascript"), max_text=600
    ),
    Signature("f5", "challenge", ("/tspd/",), max_text=300),
    # Others that sites stand behind
    Signature("radware", "captcha", ("perfdrive.com",), max_text=2500),
    Signature("radware", "captcha", ("shieldsquare",), ("captcha", "blocked"), max_text=2500),
    Signature("radware", "refused", ("unauthorized activity has been detected",), max_text=2500),
    Signature("radware", "captcha", ("radware", "captcha"), max_text=2500),
    Signature("reblaze", "challenge", ("rbzns",), max_text=1500),
    Signature("reblaze", "refused", ("access denied (403)", "current session has been terminated")),
    Signature("wordfence", "refused", ("generated by wordfence",), max_text=4000),
    Signature(
        "wordfence", "refused", ("your access to this site has been limited", "wordfence"), max_text=4000
    ),
    Signature("vercel", "challenge", ("vercel security checkpoint",), max_text=1500),
    Signature("anubis", "challenge", ("/.within.website/",), max_text=3000),
    Signature(
        "ddos-guard",
        "challenge",
        ("ddos-guard",),
        ("checking your browser", "/.well-known/ddos-guard/"),
        max_text=1500,
    ),
    Signature("fastly", "challenge", ("/_fs-ch-",), max_text=1500),
    Signature("fortiweb", "refused", ("attack id", "web page blocked"), max_text=1500),
    Signature("fortiweb", "refused", ("fgd_icon",), max_text=1500),
    Signature("modsecurity", "refused", ("generated by mod_security",), max_text=1000),
    Signature("barracuda", "refused", ("barracuda", "you have been blocked"), max_text=1500),
    Signature("yandex", "captcha", ("smartcaptcha",), ("showcaptcha", "checkboxcaptcha"), max_text=2500),
    Signature("alibaba", "captcha", ("_____tmd_____",), max_text=2500),
    Signature("alibaba", "refused", ("errors.aliyun.com",), max_text=2500),
    Signature(
        "arkose",
        "captcha",
        ("arkoselabs.com",),
        ("verify you are human", "security check", "verification required"),
        max_text=1200,
    ),
    Signature("queue-it", "rate_limit", ("queue-it.net", "queueit"), max_text=2000),
    # Boards
    Signature("glassdoor", "refused", ("<title>security | glassdoor</title>",), max_text=20000),
    Signature("glassdoor", "refused", ("help us protect glassdoor",), max_text=20000),
    Signature(
        "indeed",
        "challenge",
        ("security check - indeed.com",),
        ("additional verification required", "ray id"),
        max_text=6000,
    ),
    Signature("indeed", "captcha", ("hcaptcha solve page",), max_text=3000),
    Signature("linkedin", "login", ("auth_wall_",), ("authwall", "sign up | linkedin", "login-submit")),
    Signature(
        "linkedin",
        "login",
        ("authwall", "sign up | linkedin"),
        ("authwall-join-form", "authwall-sign-in-form"),
    ),
    Signature("linkedin", "login", ("d_checkpoint_", "linkedin"), ("login-submit", "session_password")),
    Signature("linkedin", "login", ("window.location.href", "/authwall?"), max_text=300, max_bytes=8000),
    Signature(
        "google",
        "captcha",
        ("detected unusual traffic from your computer network",),
        ("captcha-form", "/sorry/", "google.com/policies"),
        max_text=4000,
    ),
    Signature("google", "captcha", ('id="captcha-form"',), ("/sorry/", "google.com"), max_text=4000),
    Signature("google", "consent", ("consent.google.", "/save"), max_text=12000),
)

# Widgets of the captcha makers; a wall is one of these on a page that has little more than a phrase of WALL_PHRASES.
WIDGETS: tuple[tuple[str, str], ...] = (
    ("cf-turnstile", "cloudflare-turnstile"),
    ("challenges.cloudflare.com/turnstile", "cloudflare-turnstile"),
    ("h-captcha", "hcaptcha"),
    ("hcaptcha.com/1/api.js", "hcaptcha"),
    ("js.hcaptcha.com", "hcaptcha"),
    ("g-recaptcha", "recaptcha"),
    ("recaptcha/api.js", "recaptcha"),
    ("recaptcha/enterprise.js", "recaptcha"),
    ("recaptcha/api2/", "recaptcha"),
    ("friendlycaptcha", "friendlycaptcha"),
    ("frc-captcha", "friendlycaptcha"),
    ("geetest", "geetest"),
    ("funcaptcha", "arkose"),
    ("smartcaptcha", "yandex"),
    ("captcha", "captcha"),
)

WALL_PHRASES: tuple[str, ...] = (
    "verify you are human", "verify you are a human", "verify that you are human", "verify that you are a human",
    "verify you're human", "verify you're a human", "verify you are not a robot", "verify you're not a robot",
    "verify that you are not a robot", "verify that you're not a robot",
    "are you human", "are you a human", "are you a robot", "are you not a robot", "you are a robot", "prove you are human",
    "prove you're human", "prove that you are human", "confirm you are human", "confirm you're human",
    "confirm that you are human", "confirm you are not a robot", "make sure you're not a robot",
    "make sure you are not a robot", "make sure you are a human", "you're not a bot", "you are not a bot",
    "human verification", "verification required", "security verification", "additional verification",
    "unusual traffic", "unusual activity", "suspicious activity", "automated requests", "automated access",
    "security check", "robot check", "bot check", "bot detection", "bot verification", "complete the captcha",
    "solve the captcha", "complete the security check", "before you continue, please", "your request has been blocked",
    "you have been blocked", "checking your browser", "checking if the site connection is secure",
    # German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Turkish, Japanese, Chinese
    "dass sie ein mensch sind", "dass du ein mensch bist", "kein roboter", "sicherheitsüberprüfung",
    "ungewöhnlichen datenverkehr", "ungewöhnlicher datenverkehr", "bestätigen sie, dass", "sind sie ein mensch",
    "que vous êtes humain", "que vous êtes un humain", "pas un robot", "vérification de sécurité", "êtes-vous un robot",
    "trafic inhabituel", "vérification requise", "eres humano", "es humano", "eres un robot", "no soy un robot",
    "verificación de seguridad", "tráfico inusual", "verificación requerida", "você é humano", "é humano",
    "não é um robô", "não sou um robô", "verificação de segurança", "tráfego incomum", "sei umano", "sei un robot",
    "non sono un robot", "verifica di sicurezza", "traffico insolito", "dat u een mens bent", "geen robot",
    "ongebruikelijk verkeer", "beveiligingscontrole", "jesteś człowiekiem", "nie jestem robotem", "nie jesteś robotem",
    "вы не робот", "не робот", "подтвердите, что", "robot olmadığınızı", "insan olduğunuzu", "ロボットではありません",
    "人間であることを", "安全验证", "人机验证", "请完成验证", "验证您是真人",
)  # fmt: skip
