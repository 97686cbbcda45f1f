"""Names of demo groups, menus, rooms and sounds, in the language of each country."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PbxNames:
    """Names, apart by `|`; the second menus are below the main one."""

    groups: str
    main: str
    second: str
    welcome: str
    hold: str
    queue: str
    rooms: str
    pickups: str
    rules: str
    """Open, closed, at noon, no premium rate."""


_ENGLISH = PbxNames(
    "Sales|Support|Reception|Accounts",
    "Main menu|Reception desk|Welcome menu|Front door",
    "Orders and invoices|Service desk|Opening hours and directions|After hours",
    "Welcome|Welcome, new opening hours|Greeting, after hours|Press one for sales|Holiday closure",
    "Waltz on hold|Slow piano|Guitar loop|Rain on the roof|Company jingle",
    "You are next|All lines are busy|Thank you for waiting",
    "Monday meeting|Board|Stand-up|Project room|Training|Sales call|All hands",
    "Ground floor|Office|Workshop|Front desk|Warehouse|First floor|Sales corner",
    "Opening hours|Closed|Lunch break|No premium rate",
)
VOICES = {
    "en": _ENGLISH,
    "de": PbxNames(
        "Vertrieb|Kundendienst|Empfang|Buchhaltung",
        "Hauptmenü|Begrüßung|Zentrale",
        "Bestellungen und Rechnungen|Technischer Dienst|Öffnungszeiten|Nach Feierabend",
        "Begrüßung|Begrüßung Feiertage|Ansage nach Feierabend|Bitte wählen Sie",
        "Warteschleife Klavier|Walzer|Gitarre|Warteschleife neu",
        "Sie sind gleich an der Reihe|Alle Plätze belegt",
        "Montagsrunde|Geschäftsleitung|Projektbesprechung|Schulung",
        "Erdgeschoss|Büro|Werkstatt|Lager|Empfang",
        "Geschäftszeiten|Geschlossen|Mittagspause|Keine 0900",
    ),
    "fr": PbxNames(
        "Ventes|Assistance|Accueil|Comptabilité",
        "Menu principal|Accueil|Standard",
        "Commandes et factures|Service technique|Horaires|Hors horaires",
        "Bienvenue|Message d’accueil|Fermeture annuelle|Tapez un",
        "Piano lent|Valse|Musique d’attente|Guitare",
        "Un instant, s’il vous plaît|Toutes nos lignes sont occupées",
        "Réunion du lundi|Direction|Salle projet|Formation",
        "Rez-de-chaussée|Bureau|Atelier|Entrepôt|Accueil",
        "Heures d’ouverture|Fermé|Pause de midi|Pas de numéros surtaxés",
    ),
    "es": PbxNames(
        "Ventas|Soporte|Recepción|Contabilidad",
        "Menú principal|Centralita",
        "Pedidos y facturas|Servicio técnico",
        "Bienvenida|Mensaje fuera de horario|Cerrado por fiesta",
        "Guitarra|Piano|Vals de espera",
        "Le atendemos enseguida",
        "Reunión del lunes|Dirección|Formación",
        "Planta baja|Oficina|Taller|Almacén",
        "Horario|Cerrado|Hora de comer|Sin tarificación especial",
    ),
    "pl": PbxNames(
        "Sprzedaż|Wsparcie|Recepcja|Księgowość",
        "Menu główne|Centrala",
        "Zamówienia i faktury|Serwis",
        "Powitanie|Po godzinach|Święta",
        "Muzyka oczekiwania|Fortepian|Walc",
        "Prosimy czekać",
        "Spotkanie poniedziałkowe|Zarząd|Szkolenie",
        "Parter|Biuro|Warsztat|Magazyn",
        "Godziny otwarcia|Zamknięte|Przerwa|Bez numerów premium",
    ),
    "nl": PbxNames(
        "Verkoop|Ondersteuning|Receptie|Administratie",
        "Hoofdmenu|Centrale",
        "Bestellingen en facturen|Service",
        "Welkom|Buiten kantooruren|Feestdagen",
        "Wachtmuziek|Piano|Wals",
        "Een ogenblik geduld",
        "Maandagoverleg|Directie|Training",
        "Begane grond|Kantoor|Werkplaats|Magazijn",
        "Openingstijden|Gesloten|Lunchpauze|Geen betaalnummers",
    ),
    "sv": PbxNames(
        "Försäljning|Kundtjänst|Reception|Ekonomi",
        "Huvudmeny|Växel",
        "Order och fakturor|Teknisk service",
        "Välkommen|Efter stängning|Helgdagar",
        "Pausmusik|Piano|Vals",
        "Ni är snart framme i kön",
        "Måndagsmöte|Ledning|Utbildning",
        "Bottenvåning|Kontor|Verkstad|Lager",
        "Öppettider|Stängt|Lunch|Inga betalnummer",
    ),
    "el": PbxNames(
        "Πωλήσεις|Υποστήριξη|Υποδοχή|Λογιστήριο",
        "Κεντρικό μενού",
        "Παραγγελίες και τιμολόγια",
        "Καλωσόρισμα|Εκτός ωραρίου",
        "Μουσική αναμονής|Πιάνο",
        "Παρακαλώ περιμένετε",
        "Δευτέρα πρωί|Διοίκηση",
        "Ισόγειο|Γραφείο|Αποθήκη",
        "Ωράριο|Κλειστά|Μεσημέρι|Χωρίς υψηλή χρέωση",
    ),
    "ja": PbxNames(
        "営業|サポート|受付|経理",
        "メインメニュー",
        "注文と請求",
        "ごあいさつ|営業時間外",
        "保留音ピアノ|ワルツ",
        "少々お待ちください",
        "月曜会議|役員会",
        "一階|事務所|倉庫",
        "営業時間|休業|昼休み|有料番号禁止",
    ),
}
"""By language."""


def pbx_names(language: str) -> PbxNames:
    """The names in a language; English where it is not known."""
    return VOICES.get(language, _ENGLISH)
