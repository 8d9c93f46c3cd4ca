"""Location fields in the shapes that boards give, with what is in them. "-" stands for nothing."""

from __future__ import annotations

import pytest

from jobspiders.items import Location
from jobspiders.normalise.gazetteer import gazetteer
from jobspiders.normalise.location import _weighed, parse_location, parse_locations
from jobspiders.normalise.plain_place import plain_place

FIRST_PLACE = """
Berlin                                              | Berlin | Berlin | DE
München                                             | München | Bavaria | DE
Munchen                                             | Munchen | Bavaria | DE
Muenchen                                            | Muenchen | Bavaria | DE
Munich                                              | Munich | Bavaria | DE
Köln                                                | Köln | North Rhine-Westphalia | DE
Cologne                                             | Cologne | North Rhine-Westphalia | DE
Praha                                               | Praha | Prague | CZ
Prague, Czech Republic                              | Prague | Prague | CZ
Kraków lub zdalnie                                  | Kraków | Lesser Poland | PL
Lyon 3e Arrondissement                              | Lyon | Auvergne-Rhône-Alpes | FR
Paris 16ème                                         | Paris | Île-de-France | FR
Wien, Österreich                                    | Wien | Vienna | AT
Zürich                                              | Zürich | Zurich | CH
Genf                                                | Genf | Geneva | CH
Milano                                              | Milano | Lombardy | IT
Roma, Italia                                        | Roma | Lazio | IT
København, Danmark                                  | København | Capital Region | DK
Göteborg                                            | Göteborg | Västra Götaland | SE
Łódź, Polska                                        | Łódź | Łódź | PL
Poznań, Wielkopolskie, PL, 60-198                   | Poznań | Greater Poland | PL
Cape Town, SA                                       | Cape Town | Western Cape | ZA
Johannesburg, SA                                    | Johannesburg | Gauteng | ZA
Riyadh, SA                                          | Riyadh | Riyadh Province | SA
Adelaide, SA                                        | Adelaide | South Australia | AU
Warszawa                                            | Warszawa | Mazovia | PL
Warsaw, , Poland                                    | Warsaw | Mazovia | PL
București                                           | București | Bucharest | RO
Sevilla, España                                     | Sevilla | Andalusia | ES
Lisboa                                              | Lisboa | Lisbon | PT
São Paulo, Brasil                                   | São Paulo | São Paulo | BR
SAO PAULO - SP                                      | São Paulo | São Paulo | BR
Москва                                              | Москва | Moscow | RU
Київ, Україна                                       | Київ | Kyiv | UA
東京                                                 | 東京 | Tokyo | JP
大阪府                                               | 大阪府 | Osaka | JP
北京                                                 | 北京 | Beijing | CN
上海, 中国                                            | 上海 | Shanghai | CN
서울                                                 | 서울 | Seoul | KR
New York                                            | New York | New York | US
New York City                                       | New York City | New York | US
NYC                                                 | New York | New York | US
SF                                                  | San Francisco | California | US
SF Bay Area                                         | San Francisco | California | US
San Francisco Bay Area                              | San Francisco | California | US
Greater Boston                                      | Boston | Massachusetts | US
Greater Toronto Area                                | Toronto | Ontario | CA
London Metropolitan Area                            | London | England | GB
Washington DC                                       | Washington | District of Columbia | US
Washington, D.C.                                    | Washington | District of Columbia | US
Washington, DC                                      | Washington | District of Columbia | US
Washington                                          | - | Washington | US
Washington, Tyne and Wear                           | Washington | England | GB
Quebec                                              | - | Quebec | CA
Québec, QC                                          | Québec | Quebec | CA
Quebec City                                         | Quebec City | Quebec | CA
Dallas-Fort Worth                                   | Dallas | Texas | US
Minneapolis-St. Paul                                | Minneapolis | Minnesota | US
Winston-Salem, NC                                   | Winston-Salem | North Carolina | US
St. Louis, MO                                       | St. Louis | Missouri | US
Saint Louis, Missouri                               | Saint Louis | Missouri | US
Ft. Lauderdale, FL                                  | Ft. Lauderdale | Florida | US
O'Fallon, Missouri                                  | O'Fallon | Missouri | US
San Jose, CA                                        | San Jose | California | US
San José, Costa Rica                                | San José | San José Province | CR
Portland, OR 97201                                  | Portland | Oregon | US
Portland, Maine                                     | Portland | Maine | US
Paris, TX                                           | Paris | Texas | US
Paris TX                                            | Paris | Texas | US
Paris                                               | Paris | Île-de-France | FR
75001 Paris                                         | Paris | Île-de-France | FR
Paris 08                                            | Paris | Île-de-France | FR
Fleury-Les-Aubrais Cedex, Loiret, FR, 45401         | Fleury-Les-Aubrais | Centre-Val de Loire | FR
Puteaux, Hauts-de-Seine                             | Puteaux | Île-de-France | FR
40210 Düsseldorf                                    | Düsseldorf | North Rhine-Westphalia | DE
D-80331 München                                     | München | Bavaria | DE
CH-8001 Zürich                                      | Zürich | Zurich | CH
1010 Wien                                           | Wien | Vienna | AT
1012 AB Amsterdam                                   | Amsterdam | North Holland | NL
London EC1A 1BB                                     | London | England | GB
Toronto, ON M5V 2T3                                 | Toronto | Ontario | CA
Toronto, ON, CA, M5K 1B7                            | Toronto | Ontario | CA
Sydney NSW 2000                                     | Sydney | New South Wales | AU
Perth, WA                                           | Perth | Western Australia | AU
Singapore, SG, 018983                               | Singapore | - | SG
Tranent, GB, EH33 2NE                               | Tranent | Scotland | GB
Bristol, GB, BS16 9QH                               | Bristol | England | GB
Frankfurt / Main                                    | Frankfurt am Main | Hesse | DE
Frankfurt (Oder)                                    | Frankfurt (Oder) | Brandenburg | DE
Frankfurt a.M., Hessen                              | Frankfurt am Main | Hesse | DE
Frankfurt am Main                                   | Frankfurt am Main | Hesse | DE
Halle (Saale)                                       | Halle (Saale) | Saxony-Anhalt | DE
Berlin-Kreuzberg                                    | Berlin-Kreuzberg | Berlin | DE
Sulzfeld, Bavaria (Bayern), DE, 97633               | Sulzfeld | Bavaria | DE
Hilden bei Düsseldorf                               | Hilden | North Rhine-Westphalia | DE
US-CA-Irvine                                        | Irvine | California | US
USA-CA-Milpitas-KLA                                 | Milpitas | California | US
CA-Irvine-USA IRVINE CA DEFENSE SYSTEMS             | Irvine | California | US
MA-Woburn-USA WOBURN MA CHOMERICS                   | Woburn | Massachusetts | US
NE-KEARNEY-USA_Kearney, NE EMA                      | Kearney | Nebraska | US
NC-Greensboro                                       | Greensboro | North Carolina | US
Kansas-St. Marys                                    | St. Marys | Kansas | US
United States-Texas-Garden City                     | Garden City | Texas | US
United States-Texas-Valley Wells                    | Valley Wells | Texas | US
US-Georgia-Augusta                                  | Augusta | Georgia | US
Indiana-Newburgh-Example Rehabilitation Hospital    | Newburgh | Indiana | US
North Carolina-Winston-Salem-Example Clinic         | Winston-Salem | North Carolina | US
35-Xiamen-CHN Xiamen                                | Xiamen | Fujian | CN
MY-14-Kuala Lumpur                                  | Kuala Lumpur | Kuala Lumpur | MY
China-Shanghai                                      | Shanghai | Shanghai | CN
India-Karnataka                                     | - | Karnataka | IN
Poland - Bydgoszcz                                  | Bydgoszcz | Kuyavia-Pomerania | PL
IN - Bengaluru                                      | Bengaluru | Karnataka | IN
MX- Mexico City                                     | Mexico City | Mexico City | MX
TX - Austin                                         | Austin | Texas | US
TX | San Antonio (3800 Hor#105 5961 | 5961, United States | San Antonio | Texas | US
ME | Augusta Temporary | 1DBM, United States         | Augusta | Maine | US
Pocatello;Idaho                                     | Pocatello | Idaho | US
Minneapolis; Minnesota                              | Minneapolis | Minnesota | US
US, CA, Santa Clara                                 | Santa Clara | California | US
US, Missouri, Springfield                           | Springfield | Missouri | US
United States, Washington, Redmond                  | Redmond | Washington | US
Canada, Québec, Quebec City                         | Quebec City | Quebec | CA
Germany, Munich                                     | Munich | Bavaria | DE
Japan, Tokyo                                        | Tokyo | Tokyo | JP
Colombia, Bogota                                    | Bogota | Bogotá | CO
Armenia, Yerevan                                    | Yerevan | Erevan | AM
Georgia, Tbilisi                                    | Tbilisi | Tbilisi | GE
EMEA - Spain - Barcelona - Tower B2                 | Barcelona | Catalonia | ES
HQ - Torrance                                       | Torrance | California | US
R&D - Torrance                                      | Torrance | California | US
Boise, ID - Main Site                               | Boise | Idaho | US
San Jose - HQ                                       | San Jose | California | US
San Jose, CA (HQ)                                   | San Jose | California | US
Denver, CO - US                                     | Denver | Colorado | US
Tel Aviv - IL                                       | Tel Aviv | Tel Aviv District | IL
Tulsa, OK - US (1)                                  | Tulsa | Oklahoma | US
Example Branch - Oakdale, MN 55128                  | Oakdale | Minnesota | US
Oakdale MN - Oakdale, MN 55128                      | Oakdale | Minnesota | US
INDIA - PUNE - EXAMPLE OFFICE - HINJAWADI, IN       | Pune | Maharashtra | IN
Atlanta, GA, US, 30342+1 more…                      | Atlanta | Georgia | US
Milano, IT, 20123+12 more…                          | Milano | Lombardy | IT
US+1 more…                                          | - | - | US
Bengaluru, IND-29, IND, 560035<br/>                 | Bengaluru | Karnataka | IN
CONCORD, CA, US, 94520-1251                         | Concord | California | US
SAINT PAUL, MN, US                                  | Saint Paul | Minnesota | US
mcallen, tx                                         | McAllen | Texas | US
Any city, TX, US, 99999                             | - | Texas | US
United States, Multiple Locations, Multiple Locations | - | - | US
KY, US                                              | - | Kentucky | US
Midland Airpark, TX, US, 79739                      | Midland Airpark | Texas | US
Dublin, CA, US                                      | Dublin | California | US
Dublin, OH                                          | Dublin | Ohio | US
Berlin, CT                                          | Berlin | Connecticut | US
Munich, MO                                          | Munich | Missouri | US
Remote, NC                                          | - | North Carolina | US
Málaga, CO                                          | Málaga | Santander Department | CO
East London, EC, ZA                                 | East London | Eastern Cape | ZA
East London                                         | London | England | GB
KY                                                  | - | Kentucky | US
SD                                                  | - | - | -
Enna, IT                                            | Enna | Sicily | IT
London - HR                                         | London | England | GB
Granada, Spain                                      | Granada | Andalusia | ES
Salvador, Brazil                                    | Salvador | Bahia | BR
Alexandria, United States                           | Alexandria | - | US
Moscow, United States                               | Moscow | Idaho | US
Aguascalientes, MEX                                 | Aguascalientes | Aguascalientes | MX
Tunisia, Tunis                                      | Tunis | Tunis | TN
Tanzania, Kigoma, Kasulu                            | Kasulu | Kigoma | TZ
Brazil, Santa Catarina, Chapecó                     | Chapecó | Santa Catarina | BR
Belgium-Brussels-Capital-Molenbeek-Saint-Jean       | Molenbeek-Saint-Jean | Brussels-Capital | BE
Hamburg (Altona)                                    | Altona | Hamburg | DE
Großraum München                                    | München | Bavaria | DE
Paris (75)                                          | Paris | Île-de-France | FR
BGC, Taguig                                         | Bonifacio Global City | Metro Manila | PH
Dublin                                              | Dublin | Leinster | IE
Johannesburg, GP, ZA                                | Johannesburg | Gauteng | ZA
Bogota, DC, CO                                      | Bogota | Bogotá | CO
Palmira, CO                                         | Palmira | Valle del Cauca | CO
Kenitra, MA, 14000                                  | Kenitra | Rabat-Salé-Kénitra | MA
Berlin, DE, 10557                                   | Berlin | Berlin | DE
Dover, DE                                           | Dover | Delaware | US
Mumbai, IN                                          | Mumbai | Maharashtra | IN
Gary, IN                                            | Gary | Indiana | US
Salem, IN                                           | Salem | - | -
Ontario, CA                                         | Ontario | California | US
Vancouver, WA                                       | Vancouver | Washington | US
Vancouver                                           | Vancouver | British Columbia | CA
Mexicali, BCN, MX                                   | Mexicali | Baja California | MX
Mexico, MO                                          | Mexico | Missouri | US
Lebanon, PA                                         | Lebanon | Pennsylvania | US
Bagdad, AZ USA 86321                                | Bagdad | Arizona | US
Wyoming, PA 18644                                   | Wyoming | Pennsylvania | US
Birmingham                                          | Birmingham | England | GB
Birmingham, AL                                      | Birmingham | Alabama | US
Birmingham, West Midlands, England, United Kingdom  | Birmingham | England | GB
Guildford, Surrey                                   | Guildford | England | GB
Leeds, West Yorkshire                               | Leeds | England | GB
Ballsbridge, County Dublin                          | Ballsbridge | Leinster | IE
Belfast, Northern Ireland                           | Belfast | Northern Ireland | GB
Torino (TO)                                         | Torino | Piedmont | IT
Zürich, ZH                                          | Zürich | Zurich | CH
Bombay, MH                                          | Bombay | Maharashtra | IN
Delhi NCR                                           | Delhi | Delhi | IN
Bengaluru/Bangalore                                 | Bengaluru | Karnataka | IN
Hong Kong                                           | Hong Kong | - | HK
Hong Kong, China                                    | Hong Kong | - | HK
Luxembourg                                          | - | - | LU
Luxembourg, Luxembourg                              | Luxembourg | Luxembourg | LU
San Juan, PR                                        | San Juan | - | PR
Taipei City                                         | Taipei | Taipei | TW
Cape Town Office                                    | Cape Town | Western Cape | ZA
Camberwell VIC 3124                                 | Camberwell | Victoria | AU
3181 SW Example Park Rd, Portland, OR 97239         | Portland | Oregon | US
Our work place is Shrewsbury, MA and you travel to clients in the USA | Shrewsbury | Massachusetts | US
Remote in Seattle, WA                               | Seattle | Washington | US
Fully Remote - Kinston, NC 28504                    | Kinston | North Carolina | US
Hybrid - London, UK                                 | London | England | GB
Remote - US                                         | - | - | US
Remote (United States)                              | - | - | US
US-Remote                                           | - | - | US
Remote in the US                                    | - | - | US
Remote, Oregon                                      | - | Oregon | US
Remote - Ontario, Canada                            | - | Ontario | CA
Remote (Germany)                                    | - | - | DE
USA, CST (UTC-6)                                    | - | - | US
Deutschlandweit                                     | - | - | DE
bundesweit                                          | - | - | DE
UK-wide                                             | - | - | GB
East Texas                                          | - | Texas | US
California - HQ                                     | - | California | US
Orange County, California                           | - | California | US
Georgia, USA                                        | - | Georgia | US
Atlanta, Georgia                                    | Atlanta | Georgia | US
Rome, Georgia                                       | Rome | Georgia | US
Example AFB, Georgia                                | Example AFB | Georgia | US
Ireland Locations                                   | - | - | IE
Thailand-Regional                                   | - | - | TH
POL                                                 | - | - | PL
GBR                                                 | - | - | GB
SG                                                  | - | - | SG
DE                                                  | - | - | DE
IN                                                  | - | - | IN
U.K.                                                | - | - | GB
Korea (Republic of)                                 | - | - | KR
Türkiye                                             | - | - | TR
Deutschland                                         | - | - | DE
Allemagne                                           | - | - | DE
Bosnia and Herzegovina                              | - | - | BA
Trinidad and Tobago                                 | - | - | TT
🇮🇳 India                                            | - | - | IN
🇩🇪                                                   | - | - | DE
Cambridge                                           | Cambridge | - | -
Carlisle                                            | Carlisle | - | -
Hanover                                             | Hanover | - | -
Valencia                                            | Valencia | - | -
Santa Barbara                                       | Santa Barbara | - | -
Springfield                                         | Springfield | - | US
Peoria                                              | Peoria | - | US
Kansas City                                         | Kansas City | - | US
Münster                                             | Münster | North Rhine-Westphalia | DE
Victoria                                            | - | Victoria | AU
Surrey                                              | Surrey | British Columbia | CA
Georgia                                             | - | - | -
Punjab                                              | - | - | -
CA                                                  | - | - | -
CO                                                  | - | - | -
CHI                                                 | - | - | -
Remote                                              | - | - | -
Anywhere                                            | - | - | -
EMEA                                                | - | - | -
Europe                                              | - | - | -
3 Locations                                         | - | - | -
Multiple Locations                                  | - | - | -
Home office                                         | - | - | -
University                                          | - | - | -
Beaver Process Equipment                            | - | - | -
N/A                                                 | - | - | -
R264661                                             | - | - | -
- - -                                               | - | - | -
"""


def _rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.rsplit("|", 3)] for line in table.strip().splitlines()]


def _cells(place: Location) -> list[str]:
    return [place.city or "-", place.region or "-", place.country or "-"]


@pytest.mark.parametrize(("text", "city", "region", "country"), _rows(FIRST_PLACE))
def test_first_place_of_a_field(text: str, city: str, region: str, country: str) -> None:
    assert _cells(parse_location(text)) == [city, region, country]


WITH_HINT = """
Cambridge              | US | Cambridge | Massachusetts | US
Cambridge              | GB | Cambridge | England | GB
Georgia                | US | - | Georgia | US
Georgia                | GE | - | - | GE
Birmingham             | US | Birmingham | Alabama | US
London                 | US | London | England | GB
London                 | CA | London | - | -
Valencia               | ES | Valencia | Valencian Community | ES
Salem, IN              | IN | Salem | Tamil Nadu | IN
Salem, IN              | US | Salem | Indiana | US
CA                     | US | - | California | US
CA                     | CA | - | - | CA
Springfield, OH        | DE | Springfield | Ohio | US
Paris, France          | US | Paris | Île-de-France | FR
69 - LYON 07           | FR | Lyon | Auvergne-Rhône-Alpes | FR
61 - LA GRANDE EXAMPLE | FR | La Grande Example | Normandy | FR
Farringdon, Central London | GB | London | England | GB
Samazan                | FR | - | - | -
Remote                 | US | - | - | -
3 Locations            | DE | - | - | -
"""


@pytest.mark.parametrize(
    ("text", "hint", "city", "region", "country"),
    [[cell.strip() for cell in line.split("|")] for line in WITH_HINT.strip().splitlines()],
)
def test_hint_decides_between_places_of_one_name_and_never_stands_in_for_one(
    text: str, hint: str, city: str, region: str, country: str
) -> None:
    assert _cells(parse_location(text, country=hint)) == [city, region, country]


SEVERAL = {
    "London; Paris; Berlin": "London GB, Paris FR, Berlin DE",
    "London, Paris, Berlin": "London GB, Paris FR, Berlin DE",
    "London | New York | Singapore": "London GB, New York US, Singapore SG",
    "Austin\nDenver\nSeattle": "Austin US, Denver US, Seattle US",
    "• Madrid • Barcelona": "Madrid ES, Barcelona ES",
    "Berlin, Germany / Paris, France": "Berlin DE, Paris FR",
    "New York/ San Francisco": "New York US, San Francisco US",
    "Hyderabad/Pune": "Hyderabad IN, Pune IN",
    "London or Manchester, UK": "London GB, Manchester GB",
    "Dublin OR London": "Dublin IE, London GB",
    "Toronto, Atlanta, or Chicago": "Toronto CA, Atlanta US, Chicago US",
    "San Francisco, CA & New York, NY": "San Francisco US, New York US",
    "San Francisco, CA, New York, NY": "San Francisco US, New York US",
    "USA-WA-Tacoma, USA-GA-Atlanta, USA-TX-Austin": "Tacoma US, Atlanta US, Austin US",
    "US-San Francisco, US-NYC, US-Remote": "San Francisco US, New York US, - US",
    "Tampa, FL 33607; Sarasota, FL 34236": "Tampa US, Sarasota US",
    "Bangalore, Hyderabad, India": "Bangalore IN, Hyderabad IN",
    "Germany, Berlin, Munich": "Berlin DE, Munich DE",
    "Essen, Düsseldorf, Köln": "Essen DE, Düsseldorf DE, Köln DE",
    "Chennai, Tamil Nadu, India, Bangalore, Karnataka, India": "Chennai IN, Bangalore IN",
    "US or Canada only": "- US, - CA",
    "Remote (US, Canada or UK)": "- US, - CA, - GB",
    "Amsterdam, Netherlands; France; Lisbon, Portugal": "Amsterdam NL, - FR, Lisbon PT",
    "Belgium; Berlin, Germany; France": "- BE, Berlin DE, - FR",
    "Boston; Miami; New Jersey; Raleigh": "Boston US, Miami US, - US, Raleigh US",
    "Sweden, Dublin, Amsterdam": "- SE, Dublin IE, Amsterdam NL",
    "Hong Kong, Singapore": "Hong Kong HK, Singapore SG",
    "SF, NYC, SEA, Remote": "San Francisco US, New York US",
    "DC, SF, NYC": "Washington US, San Francisco US, New York US",
    "Maryland, Virginia": "- US, - US",
    "DC, Maryland, Virginia": "Washington US, - US, - US",
    "Toronto, Remote in the US": "Toronto CA, - US",
    "Amsterdam; Germany": "Amsterdam NL, - DE",
    "Germany, Austria, Switzerland": "- DE, - AT, - CH",
    "Bengaluru / Bangalore": "Bengaluru IN",
    "Oakdale, MN - Oakdale, MN 55128": "Oakdale US",
    "Kreuzberg, Berlin, Germany": "Kreuzberg DE",
    "Brooklyn, New York": "Brooklyn US",
    "Remote; Anywhere": "",
    "": "",
}


@pytest.mark.parametrize(("text", "places"), SEVERAL.items())
def test_all_places_of_a_field(text: str, places: str) -> None:
    found = [f"{place.city or '-'} {place.country or '-'}" for place in parse_locations(text)]
    assert ", ".join(found) == places


def test_text_is_what_was_written() -> None:
    assert parse_location("  Berlin, Germany ").text == "Berlin, Germany"
    assert [place.text for place in parse_locations("Berlin, Germany; Paris")] == ["Berlin, Germany", "Paris"]
    assert parse_location("3 Locations") == Location(text="3 Locations")
    assert parse_location("  ") == Location()


def test_coordinates_are_those_of_the_city_and_only_where_it_is_certain() -> None:
    berlin = parse_location("Berlin")
    assert (round(berlin.latitude or 0, 1), round(berlin.longitude or 0, 1)) == (52.5, 13.4)
    texas = parse_location("Paris, TX")
    assert (round(texas.latitude or 0, 1), round(texas.longitude or 0, 1)) == (33.7, -95.6)
    for text in ("Germany", "Texas", "Cambridge", "Springfield", "Valley Wells, TX"):
        assert parse_location(text).latitude is None


@pytest.mark.parametrize("hint", ["", "zz", "USA", "Germany", "us"])
def test_a_hint_that_is_no_country_code_is_ignored(hint: str) -> None:
    expected = "US" if hint == "us" else "GB"
    assert parse_location("Birmingham", country=hint).country == expected


@pytest.mark.parametrize("hint", ["", "US", "DE", "FR"])
def test_the_short_way_finds_what_weighing_finds(hint: str) -> None:
    texts = [row[0] for row in _rows(FIRST_PLACE)] + list(SEVERAL)
    short = {text: place for text in texts if (place := plain_place(text, hint)) is not None}
    assert len(short) > 40
    for text, place in short.items():
        ((_, weighed),) = _weighed(text, hint, 400)
        assert (text, *weighed[:4]) == (text, *place[:4])


def test_every_country_and_region_given_out_exists() -> None:
    import pycountry

    codes = {country.alpha_2 for country in pycountry.countries}
    assert set(gazetteer().country_names) == codes
    assert {code[:2] for code in gazetteer().region_names} <= codes
