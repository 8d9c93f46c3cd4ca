"""Pages in the shapes of real boards, of invented postings: an ATS document, search results, a posting's page."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import orjson

from benchmarks.invented import Invented

#: Postings on a page of a guest search, as the real one has them.
CARDS = 10


def greenhouse_job(posting: Invented) -> dict[str, Any]:
    """A job as the Job Board API gives it with ``content=true``."""
    key = 4_000_000_000 + posting.number
    return {
        "absolute_url": f"https://job-boards.greenhouse.io/{posting.company.token}/jobs/{key}",
        "data_compliance": [{"type": "gdpr", "requires_consent": False, "retention_period": None}],
        "internal_job_id": key - 1_000_000_000,
        "location": {"name": posting.location},
        "metadata": [
            {"id": 11, "name": "Workplace Type", "value": "Remote" if posting.remote else "Hybrid"},
            {"id": 12, "name": "Employment Type", "value": "Full-time", "value_type": "single_select"},
            {"id": 13, "name": "Cost Centre", "value": None, "value_type": "short_text"},
        ],
        "id": key,
        "updated_at": posting.posted.isoformat(),
        "requisition_id": f"R{posting.number}",
        "title": posting.title,
        "company_name": posting.company.name,
        "first_published": posting.posted.isoformat(),
        "language": "en",
        "content": html.escape(posting.html),
        "departments": [{"id": 21, "name": posting.team, "child_ids": [], "parent_id": None}],
        "offices": [{"id": 31, "name": posting.location.partition(",")[0], "location": posting.location}],
    }


def greenhouse(postings: Sequence[Invented]) -> bytes:
    """The document of one tenant."""
    jobs = [greenhouse_job(posting) for posting in postings]
    return orjson.dumps({"jobs": jobs, "meta": {"total": len(jobs)}})


def linkedin_key(posting: Invented) -> int:
    """The number of a posting on the search board."""
    return 4_400_000_000 + posting.number


def linkedin_listing(postings: Sequence[Invented]) -> bytes:
    """A fragment of search results."""
    return ("<!DOCTYPE html>\n" + "".join(map(_card, postings))).encode()


def linkedin_detail(posting: Invented) -> bytes:
    """The page of a posting: some 55 KB, of which the description is a seventh."""
    key, title, company = linkedin_key(posting), html.escape(posting.title), html.escape(posting.company.name)
    address = f"https://www.linkedin.com/jobs/view/{posting.company.token}-{key}"
    pay = (
        '<div class="salary compensation__salary">$90,000.00/yr - $120,000.00/yr</div>'
        if posting.number % 4 == 0
        else ""
    )
    criteria = "".join(
        f'<li class="description__job-criteria-item"><h3 class="description__job-criteria-subheader">\n'
        f'              {name}\n            </h3>\n<span class="description__job-criteria-text '
        f'description__job-criteria-text--criteria">\n              {value}\n            </span></li>\n'
        for name, value in (
            ("Seniority level", "Mid-Senior level"),
            ("Employment type", "Full-time"),
            ("Job function", "Engineering and Information Technology"),
            ("Industries", "Software Development"),
        )
    )
    return f"""<!DOCTYPE html>
<!----><section class="top-card-layout container-lined overflow-hidden babybear:rounded-[0px]">
<div class="top-card-layout__card relative p-2 papabear:p-details-container-padding">
<a href="https://www.linkedin.com/company/{posting.company.token}?trk=public_jobs_topcard_logo" target="_self">
<img class="artdeco-entity-image artdeco-entity-image--square-5" data-delayed-url="https://media.example/{key}.png"
 alt="{company}"></a>
<div class="top-card-layout__entity-info-container flex flex-wrap papabear:flex-nowrap">
<a href="{address}?trk=public_jobs_topcard-title" class="topcard__link" data-tracking-will-navigate>
<h2 class="top-card-layout__title font-sans text-lg papabear:text-xl font-bold topcard__title">{title}</h2></a>
<h4 class="top-card-layout__second-subline font-sans text-sm"><div class="topcard__flavor-row">
<span class="topcard__flavor"><a class="topcard__org-name-link topcard__flavor--black-link" rel="noopener"
 href="https://www.linkedin.com/company/{posting.company.token}?trk=public_jobs_topcard-org-name">
            {company}
</a></span><span class="topcard__flavor topcard__flavor--bullet">
            {html.escape(posting.location)}
</span></div><div class="topcard__flavor-row"><span class="posted-time-ago__text topcard__flavor--metadata">
            1 week ago
</span></div></h4></div>{pay}</div></section>
{_CHROME}
<code id="decoratedJobPostingId" style="display: none"><!--"{key}"--></code>
<section class="core-section-container my-3 description"><div class="core-section-container__content break-words">
<div class="description__text description__text--rich"><section class="show-more-less-html" data-max-lines="5">
<div class="show-more-less-html__markup show-more-less-html__markup--clamp-after-5 relative overflow-hidden">
            {posting.html}
</div><button class="show-more-less-html__button">Show more</button></section></div>
<ul class="description__job-criteria-list">
{criteria}</ul></div></section>
{_FOOT}""".encode()


def _card(posting: Invented) -> str:
    key, title, company = linkedin_key(posting), html.escape(posting.title), html.escape(posting.company.name)
    tracking = "refId=lyI9xXAOoQTeSr830XNZGQ%3D%3D&amp;trackingId=xI9qzzGyPjU6kBhq%2FAnSBQ%3D%3D"
    return f"""      <li>


    <div class="base-card relative w-full hover:no-underline focus:no-underline
        base-card--link base-search-card base-search-card--link job-search-card"
        data-entity-urn="urn:li:jobPosting:{key}" data-impression-id="jobs-search-result-0" data-column="1">

        <a class="base-card__full-link absolute top-0 right-0 bottom-0 left-0 p-0 z-[2] outline-offset-[4px]"
 href="https://www.linkedin.com/jobs/view/{posting.company.token}-{key}?position=1&amp;pageNum=0&amp;{tracking}"
 data-tracking-control-name="public_jobs_jserp-result_search-card" data-tracking-will-navigate>

          <span class="sr-only">

        {title}

          </span></a>
        <div class="search-entity-media">
          <img class="artdeco-entity-image artdeco-entity-image--square-4"
 data-delayed-url="https://media.example/{key}.png" data-ghost-classes="artdeco-entity-image--ghost" alt>
        </div>
        <div class="base-search-card__info">
          <h3 class="base-search-card__title">

        {title}

          </h3>
          <h4 class="base-search-card__subtitle">
            <a class="hidden-nested-link" data-tracking-control-name="public_jobs_jserp-result_card-subtitle"
 href="https://www.linkedin.com/company/{posting.company.token}?trk=public_jobs_jserp-result_card-subtitle">
            {company}
            </a>
          </h4>
<!---->
          <div class="base-search-card__metadata">
            <span class="job-search-card__location">
            {html.escape(posting.location)}
            </span>
            <div class="job-posting-benefits text-sm">
              <icon class="job-posting-benefits__icon" data-delayed-url="https://static.example/sc/h/1"></icon>
              <span class="job-posting-benefits__text">
            Actively Hiring
<!---->              </span>
            </div>
            <time class="job-search-card__listdate" datetime="{posting.posted:%Y-%m-%d}">
{" " * 300}
      1 week ago

            </time>
          </div>
        </div>
    </div>
      </li>
"""


def _dialog(number: int) -> str:
    """What such pages hold many times over: a dialog to sign in."""
    name = f"sign-in-dialog-{number}"
    fields = "".join(
        f'<div class="flex flex-col mb-1.5 text-input"><label class="input-label mb-1" for="{name}-{field}">{field}'
        f'</label><div class="text-input flex relative"><input class="text-color-text font-sans text-md outline-0 '
        f'bg-color-transparent w-full" autocomplete="{field}" id="{name}-{field}" name="{field}" required '
        f'data-tracking-control-name="public_jobs_{name}_{field}"></div><p class="input-helper mt-1.5 font-sans '
        f'text-xs text-color-text-helper leading-snug"></p></div>\n'
        for field in ("email", "password")
    )
    return f"""<div class="contextual-sign-in-modal {name}" data-impression-id="public_jobs_{name}"><!---->
<div class="modal modal--contextual-sign-in" id="{name}" data-outlet="{name}"><div class="modal__overlay flex
 items-center bg-color-background-scrim justify-center fixed bottom-0 left-0 right-0 top-0 opacity-0 invisible
 pointer-events-none z-[1000] transition-[opacity] ease-[cubic-bezier(0.25,0.1,0.25,1.0)] duration-[0.17s] py-4"
 aria-hidden="true"><section aria-modal="true" role="dialog" aria-labelledby="{name}-header" tabindex="-1"
 class="max-h-full modal__wrapper overflow-auto p-0 bg-color-surface max-w-[1128px] min-h-[160px] relative">
<button class="modal__dismiss btn-tertiary h-[40px] w-[40px] p-0 rounded-full indent-0" aria-label="Dismiss">
<icon class="contextual-sign-in-modal__dismiss-icon" data-delayed-url="https://static.example/sc/h/{number}"></icon>
</button><div class="modal__main w-full"><h2 class="contextual-sign-in-modal__header"
 id="{name}-header">
 Sign in to set alerts for similar jobs</h2><form data-id="sign-in-form" action="https://www.linkedin.com/uas/login"
 method="post" novalidate class="mt-1.5 mb-2"><input name="loginCsrfParam" value="3f1c9a" type="hidden">
{fields}<div data-id="sign-in-form__footer" class="flex justify-between sign-in-form__footer--full-width">
<a data-id="sign-in-form__forgot-password" class="font-sans text-md font-bold link leading-regular"
 href="https://www.linkedin.com/uas/request-password-reset?trk={name}">Forgot password?</a>
<button class="btn-md btn-primary flex-shrink-0 cursor-pointer sign-in-form__submit-btn--full-width" type="submit">
 Sign in</button></div></form><p class="linkedin-tc__text text-color-text-low-emphasis text-xs pb-2">By clicking
 Continue to join or sign in, you agree to the <a href="/legal/user-agreement?trk={name}">User Agreement</a>,
 <a href="/legal/privacy-policy?trk={name}">Privacy Policy</a>, and <a href="/legal/cookie-policy?trk={name}">Cookie
 Policy</a>.</p></div></section></div></div></div>
"""


_CHROME = "".join(map(_dialog, range(13)))
_FOOT = "".join(map(_dialog, range(13, 15)))
