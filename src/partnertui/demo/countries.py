"""Countries of demo customers: currency, time zone, cities, streets and names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """A country; `cities` are "name|postcode|state|time zone", the last two may be missing."""

    code: str
    weight: int
    currency: str
    language: str
    time_zone: str
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    given: str
    family: str
    forms: str
    """Legal forms of companies, with an empty one for none."""
    number_first: bool = False

    def people(self) -> tuple[list[str], list[str]]:
        """Given names and family names."""
        return self.given.split(), self.family.split()


_BRITISH = (
    "Amelia Oliver Priya Harry Zainab George Sophie Callum Aisha Rhys Niamh Mohammed Eleanor Duncan Chloë Tariq Grace "
    "Alasdair Imogen Kwame Beatrice Rory Megan Yusuf",
    "Smith Patel Jones O’Connor Williams Khan Taylor MacLeod Evans Begum Hughes Okafor Clarke Robertson Shah "
    "Whitfield Ahmed Fraser Llewellyn Singh Brontë Thornton",
)
_AMERICAN = (
    "Emma Liam Sofía Noah Mateo Olivia Jamal Ava DeShawn Harper Wei Isabella Ethan Mei Lucas Aaliyah Diego Madison",
    "Johnson Martínez Nguyen Brown García Lee Washington Miller Kowalski Chen Davis Rodríguez Cohen Anderson Park",
)

COUNTRIES: tuple[Country, ...] = (
    Country(
        "GB",
        36,
        "GBP",
        "en",
        "Europe/London",
        (
            "London|EC2A 4NE",
            "London|SE1 9GF",
            "Manchester|M2 5DB",
            "Birmingham|B3 2DJ",
            "Leeds|LS1 4AP",
            "Bristol|BS1 6DA",
            "Edinburgh|EH2 2ER",
            "Glasgow|G2 4JR",
            "Cardiff|CF10 1EP",
            "Liverpool|L3 9PP",
        ),
        ("Mill Lane", "Station Road", "Albion Street", "Quayside", "Kings Parade", "Foundry Yard"),
        *_BRITISH,
        "Ltd|Ltd|LLP|plc|& Sons|",
        True,
    ),
    Country(
        "US",
        13,
        "USD",
        "en",
        "America/New_York",
        (
            "New York|10012|NY",
            "Chicago|60607|IL|America/Chicago",
            "Austin|78701|TX|America/Chicago",
            "Seattle|98104|WA|America/Los_Angeles",
            "San Francisco|94107|CA|America/Los_Angeles",
            "Boston|02110|MA",
            "Denver|80202|CO|America/Denver",
            "Miami|33131|FL",
        ),
        ("Market Street", "Elm Street", "Harbor Boulevard", "2nd Avenue", "Maple Drive"),
        *_AMERICAN,
        "Inc.|LLC|Corp.|",
        True,
    ),
    Country(
        "DE",
        12,
        "EUR",
        "de",
        "Europe/Berlin",
        ("Berlin|10119", "Hamburg|20457", "München|80331", "Köln|50667", "Frankfurt am Main|60311", "Görlitz|02826"),
        ("Lindenstraße", "Am Mühlbach", "Hafenweg", "Schloßallee", "Bahnhofstraße"),
        "Anna Jürgen Lena Björn Käthe Emre Sabine Götz Leyla Matthias Ulrike Hannes",
        "Müller Schäfer Yılmaz Groß Weiß Köhler Fischer Öztürk Hoffmann Krüger Lehmann",
        "GmbH|GmbH & Co. KG|AG|e.K.|UG",
    ),
    Country(
        "FR",
        7,
        "EUR",
        "fr",
        "Europe/Paris",
        ("Paris|75011", "Lyon|69002", "Nantes|44000", "Saint-Étienne|42000", "Bordeaux|33000"),
        ("rue de la Paix", "avenue Jean Jaurès", "quai des Chartrons", "place de l’Église"),
        "Chloé Hugo Léa Théo Zoé François Amélie Rémi Fatou Noël Inès",
        "Martin Lefèvre Benoît Dupré Garçon Diallo Gauthier Lemaître Hénault",
        "SARL|SAS|SA|",
        True,
    ),
    Country(
        "IE",
        7,
        "EUR",
        "en",
        "Europe/Dublin",
        ("Dublin|D02 X285", "Cork|T12 W8YH", "Galway|H91 E2RN"),
        ("Merrion Row", "Shop Street", "Grand Parade"),
        "Aoife Seán Saoirse Cillian Róisín Pádraig Orla Oisín",
        "Murphy Ó’Brien Byrne Walsh Ní_Bhriain Kelly Doyle",
        "Ltd|Teoranta|DAC",
        True,
    ),
    Country(
        "ES",
        4,
        "EUR",
        "es",
        "Europe/Madrid",
        ("Madrid|28013", "Barcelona|08002", "A Coruña|15001"),
        ("Calle de Alcalá", "Carrer de Muntaner", "Rúa Real"),
        "Lucía Íñigo Núria Álvaro Begoña Martí",
        "García Muñoz Ibáñez Peña Güell Castaño",
        "S.L.|S.A.",
    ),
    Country(
        "PL",
        4,
        "PLN",
        "pl",
        "Europe/Warsaw",
        ("Warszawa|00-041", "Łódź|90-001", "Kraków|31-042"),
        ("ul. Świętokrzyska", "ul. Długa", "al. Róż"),
        "Zofia Łukasz Małgorzata Paweł Agnieszka Świętosław",
        "Wiśniewska Nowak Wójcik Kamiński Żak Gąsior",
        "sp. z o.o.|S.A.",
    ),
    Country(
        "NL",
        4,
        "EUR",
        "nl",
        "Europe/Amsterdam",
        ("Amsterdam|1012 JS", "Utrecht|3511 LX"),
        ("Oudegracht", "Keizersgracht", "Dorpsstraat"),
        "Sanne Daan Fleur Joris Noor Bram",
        "de_Vries van_den_Berg Jansen Çelik Bakker IJssel",
        "B.V.|V.O.F.",
    ),
    Country(
        "SE",
        3,
        "SEK",
        "sv",
        "Europe/Stockholm",
        ("Stockholm|111 21", "Göteborg|411 03", "Malmö|211 19"),
        ("Drottninggatan", "Östra Hamngatan", "Ågatan"),
        "Åsa Björn Märta Örjan Elsa Håkan",
        "Lindström Åkesson Öberg Sjögren Hägg",
        "AB|Handelsbolag",
    ),
    Country(
        "AU",
        3,
        "AUD",
        "en",
        "Australia/Sydney",
        ("Sydney|2000|NSW", "Melbourne|3000|VIC|Australia/Melbourne", "Perth|6000|WA|Australia/Perth"),
        ("George Street", "Flinders Lane", "Hay Street"),
        "Charlotte Jack Isla Nguyen Matilda Cooper",
        "Wilson Tran Campbell Papadopoulos Kaur Murray",
        "Pty Ltd",
        True,
    ),
    Country(
        "CA",
        3,
        "CAD",
        "fr",
        "America/Toronto",
        ("Toronto|M5V 2T6|ON", "Montréal|H2Y 1C6|QC", "Vancouver|V6B 1A1|BC|America/Vancouver"),
        ("Queen Street West", "rue Saint-Paul", "Granville Street"),
        "Élise Gabriel Maxime Anaïs Noémie Ryan",
        "Tremblay Côté Bélanger Wong Gagné MacDonald",
        "Inc.|Ltée|Ltd.",
        True,
    ),
    Country(
        "CH",
        2,
        "CHF",
        "de",
        "Europe/Zurich",
        ("Zürich|8001", "Genève|1204"),
        ("Bahnhofstrasse", "rue du Rhône"),
        "Urs Céline Reto Beat Noëmi",
        "Zürcher Bünzli Favre Brügger",
        "AG|GmbH|SA",
    ),
    Country(
        "GR",
        1,
        "EUR",
        "el",
        "Europe/Athens",
        ("Αθήνα|105 57",),
        ("Οδός Ερμού",),
        "Ελένη Γιώργος Κώστας",
        "Παπαδόπουλος Νικολάου",
        "Α.Ε.|Ε.Π.Ε.",
    ),
    Country(
        "JP",
        1,
        "JPY",
        "ja",
        "Asia/Tokyo",
        ("東京|100-0005",),
        ("丸の内",),
        "葵 蓮 結衣 大翔",
        "佐藤 鈴木 高橋",
        "株式会社",
        True,
    ),
)

BY_CODE = {one.code: one for one in COUNTRIES}

TRADES = (
    "Logistics",
    "Dental Care",
    "Architects",
    "Software",
    "Bakery",
    "Insurance Brokers",
    "Travel",
    "Engineering",
    "Media",
    "Property",
    "Veterinary Clinic",
    "Recruitment",
    "Brewery",
    "Legal",
    "Energy",
    "Analytics",
    "Robotics",
    "Clinic",
    "Motors",
    "Textiles",
    "Import Export",
    "Consulting",
    "Couriers",
    "Printing",
    "Optics",
    "Catering",
)
HEADS = (
    "Northwind",
    "Blue Heron",
    "Juniper Hill",
    "Copperfield",
    "Zephyr",
    "Kestrel",
    "Ironbridge",
    "Marigold",
    "Solstice",
    "Cobalt",
    "Redwood",
    "Larkspur",
    "Halcyon",
    "Thistle",
    "Meridian",
    "Orchard",
    "Bramble",
    "Polaris",
    "Sandpiper",
    "Évasion",
    "Lumière",
    "Nordlicht",
    "Brücke",
    "Ægir",
    "Señorita",
    "Żubr",
    "Ångström",
    "Crème",
    "Saffron",
    "Tidewater",
)
DEPARTMENTS = ("Sales", "Support", "Accounts", "Management", "Warehouse", "Reception", "Development", "Marketing")
TITLES = ("Manager", "Assistant", "Director", "Clerk", "Consultant", "Engineer", "Team lead", "Receptionist")
