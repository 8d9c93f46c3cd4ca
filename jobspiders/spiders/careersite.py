"""Any company's pages with schema.org JobPosting, by page, sitemap or domain; tells which ATS a page uses."""

from __future__ import annotations

from jobspiders.bases.career_site import CareerPagesSpider


class CareerSiteSpider(CareerPagesSpider):
    name = "careersite"
    homepage = "https://schema.org/JobPosting"
    robots = "partly"
    terms = "those of each site; its robots.txt is asked first"
