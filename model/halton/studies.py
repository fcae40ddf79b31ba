"""The studies behind the effects, as the simulated trials re-enact them: who, what, how long.

A trial's settings act in both arms; only the programme's ratios differ between the arms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Values = Mapping[str, float]

START = 2013.0  # when help starts
RAMP_UP = 1.0  # years
SAVE_EVERY = 0.0625  # years
AMPLE = 1e9  # CAD a year: the dose is never short of money

# Relapse and waiting stay on; no growth, no trend and no other programme acts. Awareness stays on
# too: it is how a response reaches reports, and nothing answers to it.
QUIET = {
    **dict.fromkeys(("switch overload", "switch crowding out", "switch collaboration"), 0.0),
    **dict.fromkeys(("growth switch", "pandemic switch", "trend switch"), 0.0),
    "share of the fund for places": 0.0,
    "counted as homeless": 0.0,
    "table opening": START,
    "SAVEPER": SAVE_EVERY,
    "FINAL TIME": START + RAMP_UP + 4,
}
# Staff and homes at once and without limit; whoever is recruited starts within weeks.
PROMPT = {
    "spending start": START,
    "spending ramp": 0.0,
    "clinicians available": 1e9,
    "hiring time": 0.0625,
    "training time": 0.0625,
    "saturation multiple": 1e5,
    "time to fill places": 0.0625,
    "shortest time to recruit": 0.0625,
    "possible speed up": 1e6,
    "response of referral to wait": 0.0,
    "spare homes at start": 1e6,
    "time to a home": 0.0625,
}
# Mobile crisis teams at every mental-health call; the trend's switch lets them open, its rise is 0.
TEAMS = {
    "trend switch": 1.0,
    "trend rise": 0.0,
    "base discussions": 0.0,
    "mobile crisis opening": START,
    "base mobile crisis coverage": 1.0,
    "highest mobile crisis coverage": 1.0,
    "use without a call": 0.0,  # teams attend calls: the studies count what follows one
}
# Everybody at acute risk is engaged within weeks of it.
ENGAGED = {
    "trend switch": 1.0,
    "trend rise": 0.0,
    "base mobile crisis coverage": 0.0,
    "situation table opening": START,
    "base discussions": 1e7,
    "fastest engagement": 2.5,
    "course weight": 10.0,
}
FOLLOWED_UP = {
    "additional spending[youth mental health table]": AMPLE,
    "crisis duty share[youth mental health]": 1.0,
    "follow up share at start[youth mental health]": 0.0,
}
RESPONSE = {
    "additional spending[sexual assault table]": AMPLE,
    "crisis duty share[sexual assault]": 1.0,
}
# Every child is reached. Nobody comes to risk but at the ages at which that is meant to help.
HELPED_AS_CHILDREN = {
    "additional spending[social development programmes]": AMPLE,
    "share of children within reach": 1.0,
    "age eligibility[youth mental health, age 0 to 17]": 0.0,
    "FINAL TIME": 2045.0,
}
# The prior holds for trained people, so everybody of the treated arm attends.
TRAINED = {
    "additional spending[sexual assault table]": AMPLE,
    "crisis duty share[sexual assault]": 0.0,
    "share who can be found[sexual assault]": 1.0,
    "share attending training": 1.0,
}
PROTOCOL = {
    "additional spending[hospital transfer protocol]": AMPLE,
    "highest share of escorts under protocol": 1.0,
    "wait share of escort": 1.0,
}
LEVERS = {
    "youth mental health": "youth mental health table",
    "homelessness": "homelessness table",
    "exiting care": "exiting care table",
    "alcohol": "alcohol table",
    "older adult isolation": "older adult table",
    "dual diagnosis": "dual diagnosis table",
}
VISITS = "cumulative service use[emergency department]"
CUSTODY = "cumulative service use[courts and custody]"
OFFICERS = "cumulative service use[police]"
YOUTH, ADULTS = "youth mental health", "adult crisis"


@dataclass(frozen=True)
class Trial:
    """A study: what it counts in whom, for how long, and the ratio it should give back."""

    label: str
    population: str  # the only one whose contacts are counted
    effect: str  # parameter whose prior the outcome should reproduce
    outcome: str  # a cumulative element, or a flow whose elements naming the population are summed
    years: float
    setting: Values | None = None  # None: everybody is in the population's prevention support
    also: Values = field(default_factory=dict)  # further settings of both arms
    counted: str = ""  # element of the flow to sum, if it is not the population
    ramp_up: float = RAMP_UP  # years until the effect is due


def _contacts(population: str) -> str:
    return f"cumulative contacts by population[{population}]"


def _calls(label: str, population: str, years: float) -> Trial:
    """A trial of a table's support that counts its people's police contacts."""
    effect = f"effect on escalation[{population}]"
    return Trial(label, population, effect, _contacts(population), years)


def _visits(label: str, population: str, years: float) -> Trial:
    return Trial(label, population, f"effect on hospital use[{population}]", VISITS, years)


TRIALS = (
    _visits("Youth crisis service: emergency visits", YOUTH, 1),
    _calls("Youth crisis service: police contacts", YOUTH, 1),
    Trial(
        "Safety planning and calls: repeat crises",
        *(YOUTH, "effect on relapse of follow up", "relapsing", 0.5),
        setting=FOLLOWED_UP,
    ),
    _calls("Housing First: police contacts", "homelessness", 3),
    _visits("Housing First: emergency visits", "homelessness", 2),
    Trial(
        "Housing First: nights homeless",
        *("homelessness", "effect on shelter nights", "cumulative service use[shelter]", 2),
    ),
    Trial("Housing First: custody", "homelessness", "effect on custody", CUSTODY, 3),
    Trial(
        "Resistance education: assaults",
        *("sexual assault", "effect on escalation[sexual assault]"),
        *("cumulative crisis onsets[sexual assault]", 1),
        setting=TRAINED,
    ),
    Trial(
        "Response to sexual assault: reports",
        *("sexual assault", "effect on reporting", _contacts("sexual assault"), 2),
        setting=RESPONSE,
    ),
    Trial(
        "Transition support: homelessness entry",
        *("exiting care", "effect on homelessness entry", "joining from exiting care", 2),
        counted="homelessness",
    ),
    _calls("Transition support: arrests, as contacts", "exiting care", 2),
    _calls("Brief alcohol advice: contacts", "alcohol", 1),
    _visits("Addiction consult: emergency visits", "alcohol", 1),
    Trial(
        "Managed alcohol: police contacts",
        *("alcohol", "effect of managed alcohol", _contacts("alcohol"), 1),
        also={"intensive share[alcohol]": 1.0},
    ),
    _calls("Paramedic clinics for seniors: contacts", "older adult isolation", 1),
    _visits("Befriending: emergency visits", "older adult isolation", 1),
    _visits("Dual-diagnosis network: emergency visits", "dual diagnosis", 1),
    _calls("Dual-diagnosis network: contacts", "dual diagnosis", 1),
    Trial(
        "Situation Table: police contacts",
        *(ADULTS, "effect on onset of engagement", _contacts(ADULTS), 1),
        setting=ENGAGED,
    ),
    Trial(
        "Mobile crisis: transport, as emergency visits",
        *(ADULTS, "effect on hospital transport", VISITS, 1),
        setting=TEAMS,
        also={"effect on repeat crises of mobile crisis": 1.0},
    ),
    Trial(
        "Mobile crisis: repeat crises",
        *(ADULTS, "effect on repeat crises of mobile crisis", "relapsing", 1),
        setting=TEAMS,
    ),
    Trial(
        "Mobile crisis: arrests, as custody",
        *(ADULTS, "effect on arrest of mobile crisis", CUSTODY, 1),
        setting=TEAMS,
        also={"effect on repeat crises of mobile crisis": 1.0},
    ),
    Trial(
        "Hospital transfer protocol: officer wait",
        *(ADULTS, "effect on officer wait of protocol", OFFICERS, 1),
        setting=PROTOCOL,
    ),
    Trial(
        "Social development: coming to risk as young adults",
        *(YOUTH, "effect on incidence of social development", "incidence", 5),
        setting=HELPED_AS_CHILDREN,
        ramp_up=25,
    ),
)


def supported(table: str) -> dict[str, float]:
    """Everybody of a table's population is recruited and waits until the money comes."""
    return {
        f"share in support at start[{table}]": 0.001,
        f"waiting time at start[{table}]": 1e4,
        f"share who can be found[{table}]": 1.0,
        f"crisis duty share[{table}]": 0.0,
        f"additional spending[{LEVERS[table]}]": AMPLE,
    }
