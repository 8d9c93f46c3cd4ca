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
    Signature("imperva", "refused", ("imperva", "incident id"), max_text=2500),
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
    Signature("cloudfront", "refused", ("generated by cloudfront", "request blocked"), max_text=2500),
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
        ("opfcaptcha", "captchacharacters", "amzn", "continue shopping"),
        max_text=3000,
    ),
    Signature("amazon", "captcha", ("to discuss automated access to amazon data",), max_text=3000),
    Signature("azure", "refused", ("microsoft-azure-application-gateway", "403 forbidden"), max_text=400),
    Signature("azure", "refused", ("the request is blocked",), max_text=800),
    Signature("azure", "challenge", ("azure waf", "challenge"), max_text=1500),
    Signature("f5", "refused", ("the requested url was rejected", "administrator"), max_text=1500),
    Signature(
        "f5",
        "challenge",
        ("please enable javascript to view the page content",),
        ("bobcmn", "/tspd/"),
        max_text=400,
    ),
    Signature("radware", "captcha", ("validate.perfdrive.com",), max_text=2500),
    Signature("radware", "captcha", ("captcha.perfdrive.com",), max_text=2500),
    Signature(
        "radware", "captcha", ("shieldsquare",), ("shieldsquare captcha", "shieldsquare block"), max_text=2500
    ),
    Signature("radware", "refused", ("unauthorized activity has been detected",), max_text=2500),
    Signature("radware", "captcha", ("radware", "captcha page"), max_text=2500),
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
    Signature("modsecurity", "refused", ("generated by mod_security",), max_text=1000),
    Signature("barracuda", "refused", ("barracuda", "you have been blocked"), max_text=1500),
    Signature("yandex", "captcha", ("smartcaptcha",), ("showcaptcha", "checkboxcaptcha"), max_text=2500),
    Signature("alibaba", "captcha", ("_____tmd_____",), max_text=600),
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
    Signature("google", "captcha", ('id="captcha-form"',), ("/sorry/", "google.com"), max_text=4000),
    Signature("google", "challenge", ("/httpservice/retry/enablejs",), max_text=600),
    Signature("google", "consent", ("consent.google.", "/save"), max_text=12_000),
)

WIDGETS: tuple[tuple[str, str], ...] = (
    ("cf-turnstile", "cloudflare-turnstile"),
    ("challenges.cloudflare.com/turnstile", "cloudflare-turnstile"),
    ("h-captcha", "hcaptcha"),
    ("hcaptcha.com/1/api.js", "hcaptcha"),
    ("js.hcaptcha.com", "hcaptcha"),
    ("g-recaptcha", "recaptcha"),
    ("recaptcha/api", "recaptcha"),
    ("recaptcha/enterprise", "recaptcha"),
    ("friendlycaptcha", "friendlycaptcha"),
    ("frc-captcha", "friendlycaptcha"),
    ("funcaptcha", "arkose"),
    ("arkoselabs", "arkose"),
    ("geetest", "geetest"),
    ("smartcaptcha", "yandex"),
    ("captcha", "captcha"),
)
"""What captcha makers put on a page, with the vendor's name; the last stands for a site's own."""


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(
        phrase for line in text.strip().splitlines() for phrase in line.strip().split("; ") if phrase
    )


WALL_PHRASES = _phrases("""
verify you are human; verify you are a human; verify that you are human; verify that you are a human
verify you're human; verify you're a human; verify you are not a robot; verify you're not a robot
verify that you are not a robot; verify that you're not a robot; are you human; are you a human
are you a robot; are you not a robot; you are a robot; prove you are human; prove you're human
prove that you are human; confirm you are human; confirm you're human; confirm that you are human
confirm you are not a robot; make sure you're not a robot; make sure you are not a robot
make sure you are a human; you're not a bot; you are not a bot; human verification; human or a robot
verification required; security verification; additional verification; unusual traffic; unusual activity
suspicious activity; suspicious traffic; automated requests; automated access; security check; robot check
bot check; bot detection; bot verification; complete the captcha; solve the captcha; captcha below
complete the security check; your request has been blocked; you have been blocked; checking your browser
checking if the site connection is secure; robot or human; pass the captcha
dass sie ein mensch sind; dass du ein mensch bist; kein roboter; sicherheitsüberprüfung; sicherheitsabfrage
ungewöhnlichen datenverkehr; ungewöhnlicher datenverkehr; ungewöhnliche aktivität; sind sie ein mensch
que vous êtes humain; que vous êtes un humain; pas un robot; vérification de sécurité; êtes-vous un robot
trafic inhabituel; activité inhabituelle; vérification requise; contrôle de sécurité
eres humano; es humano; eres un robot; no soy un robot; verificación de seguridad; tráfico inusual
verificación requerida; actividad inusual; você é humano; é humano; não é um robô; não sou um robô
verificação de segurança; tráfego incomum; atividade incomum; verificação necessária
sei umano; sei un robot; non sono un robot; non sei un robot; verifica di sicurezza; traffico insolito
dat u een mens bent; dat je een mens bent; geen robot; ongebruikelijk verkeer; beveiligingscontrole
jesteś człowiekiem; nie jestem robotem; nie jesteś robotem; weryfikacja; nietypowy ruch
вы не робот; не робот; подтвердите, что; проверка безопасности; robot olmadığınızı; insan olduğunuzu
ロボットではありません; 人間であることを; 安全验证; 人机验证; 请完成验证; 验证您是真人; 로봇이 아닙니다
""")
"""What a captcha wall says, lower case, in the languages of the boards. Only beside a captcha widget."""

REFUSAL_PHRASES = _phrases("""
your ip has been blocked; your ip address has been blocked; you have been blocked; ip address is blocked
access to this page has been denied; your request has been blocked; this request was blocked
request was blocked by; blocked by our security; blocked for security reasons; blocked due to suspicious
blocked due to unusual; web application firewall; automated queries; automated requests
automated access; bot activity; identified as a bot; you look like a bot; not allowed to scrape
""")
"""What a page of a few words says that refuses without naming a vendor."""

RATE_PHRASES = _phrases(
    "too many requests; you have been rate limited; rate limit exceeded; request limit exceeded"
)
