"""What walls and refusals say to people, and which captchas they show; lower case, as pages are compared."""

from __future__ import annotations

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
robot check; bot verification; complete the captcha; solve the captcha; captcha below
complete the security check; your request has been blocked; you have been blocked; checking your browser
checking if the site connection is secure; robot or human; pass the captcha; unusual traffic from
press & hold; press and hold; slide to verify; not a robot; real person; completing the captcha
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

WEAK_WALL_PHRASES = _phrases("""
verification required; security verification; additional verification; unusual traffic; unusual activity
suspicious activity; suspicious traffic; automated requests; automated access; security check; bot check
bot detection; needs to review the security; vérification requise; verificación requerida; verificação necessária
sicherheitsprüfung
""")
"""What job advertisements say as well: only where the title is a wall's too, or the status a refusal."""

REFUSAL_PHRASES = _phrases("""
your ip has been blocked; your ip address has been blocked; you have been blocked; ip address is blocked
access to this page has been denied; your request has been blocked; this request was blocked
request was blocked by; blocked by our security; blocked for security reasons; blocked due to suspicious
blocked due to unusual; web application firewall; automated queries; automated requests
blocked by network security; malicious activity blocked; identified as a malicious one
automated access; bot activity; identified as a bot; you look like a bot; not allowed to scrape
""")
"""What a page of a few words says that refuses without naming a vendor."""

RATE_PHRASES = _phrases(
    "too many requests; you have been rate limited; rate limit exceeded; request limit exceeded"
)
