"""What comparable places saw, and where studies disagree, in a few plain sentences each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One finding elsewhere. ``sources`` are ids in the study's source table; ``grade`` says how
    the number was obtained (A read at the source, D not verified), not how good the study is."""

    lever: str
    place: str
    found: str
    design: str
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Conflict:
    """Studies that disagree about one lever, and what the model does about it."""

    lever: str
    title: str
    text: str


FINDINGS = (
    Finding(
        "youth mental health table",
        "Connecticut",
        "young people seen by a mobile crisis service later made 22 % fewer emergency visits for "
        "behavioural health than others (ratio 0.78, 0.71 to 0.87)",
        "matched comparison, 6,493 young people",
        "A",
        ("E053",),
    ),
    Finding(
        "homelessness table",
        "Denver",
        "supportive housing for people often in jail lowered police contacts by 34 % over three "
        "years",
        "randomised trial, 724 people",
        "B",
        ("E015",),
    ),
    Finding(
        "homelessness table",
        "Toronto",
        "high-need tenants were housed 46 percentage points more of the time, with no difference "
        "in use of health services",
        "randomised trial, 197 people",
        "A",
        ("E004", "E005"),
    ),
    Finding(
        "sexual assault table",
        "three Canadian universities, two in Ontario",
        "a resistance course nearly halved completed rape within a year (ratio 0.54, 0.31 to 0.93)",
        "randomised trial, 893 women",
        "A",
        ("E034",),
    ),
    Finding(
        "exiting care table",
        "California",
        "young people who stayed in care after 18 had a third to a half of the odds of "
        "homelessness; they differ in other ways from those who left",
        "cohort, 595 young people",
        "A",
        ("E044",),
    ),
    Finding(
        "exiting care table",
        "Tennessee",
        "nine months of case management made no significant difference to criminal involvement",
        "randomised trial, about 1,300 young people",
        "B",
        ("E050",),
    ),
    Finding(
        "alcohol table",
        "Sudbury",
        "people seen by an addiction service in hospital came back to emergency within 30 days "
        "less often (odds ratio 0.53, 0.39 to 0.71); those who engage may differ",
        "matched comparison",
        "A",
        ("E083",),
    ),
    Finding(
        "older adult table",
        "Ontario",
        "weekly paramedic clinics in seniors' buildings avoided 12 emergency calls a building and "
        "year, yet linked records of 3,695 residents show no difference in visits by ambulance",
        "cluster randomised trials",
        "A",
        ("E094", "E095"),
    ),
    Finding(
        "dual diagnosis table",
        "four regions of the United States",
        "after a crisis contact 73 % stayed in their usual home; there was no comparison group",
        "programme records, 1,188 people",
        "A",
        ("E101",),
    ),
    Finding(
        "situation table",
        "Canada",
        "no study with a comparison group has measured what becomes of people after a situation "
        "table",
        "evidence audit",
        "A",
        ("E113",),
    ),
    Finding(
        "mobile crisis",
        "San Mateo County, California",
        "calls recorded as mental-health incidents fell by 17 % in cities with co-response",
        "difference in differences, four cities",
        "A",
        ("E131",),
    ),
    Finding(
        "mobile crisis",
        "Quebec",
        "incidents met by a co-response team ended in hospital transport 42 percentage points "
        "less often",
        "matched incidents",
        "A",
        ("E122",),
    ),
    Finding(
        "emergency call diversion",
        "anywhere",
        "no study was found that counts which emergency calls a crisis worker can settle alone",
        "none",
        "D",
        (),
    ),
    Finding(
        "hospital transfer protocol",
        "Hamilton, Ontario",
        "one escort in ten waited longer than three and a half hours before a protocol that lets "
        "officers leave people at low risk after 30 minutes; no count was found of the time after",
        "review of police practice",
        "A",
        ("P111",),
    ),
    Finding(
        "backbone",
        "anywhere",
        "no study was found that measures what a coordinating office adds",
        "none",
        "D",
        (),
    ),
    Finding(
        "social development programmes",
        "Elmira, New York, and Memphis",
        "children of mothers visited by nurses were arrested 56 % less often by age 15 in the one "
        "trial; in the other, daughters were convicted about half as often by age 18 (ratio 0.47, "
        "0.20 to 1.11) and nothing else differed",
        "randomised trials, 400 and 629 families",
        "B",
        ("E142", "E143"),
    ),
)

CONFLICTS = (
    Conflict(
        "homelessness table",
        "Housing First and emergency care",
        "Vancouver and Denver saw fewer emergency visits; Toronto and Santa Clara housed people "
        "just as well and saw no clear fall. The model uses a wide prior with a chance of no "
        "effect rather than any one city.",
    ),
    Conflict(
        "homelessness table",
        "Housing First and public cost",
        "Studies without a comparison group show a net fall in cost, experiments a net rise. "
        "People enter at their costliest, and would have cost less later in any case. The model "
        "carries that natural decline and credits programmes only with the excess.",
    ),
    Conflict(
        "older adult table",
        "Clinics in seniors' buildings",
        "Calls counted by building fell in two trials; linked records of the residents show no "
        "difference in ambulance arrivals. One draw in five gives no effect.",
    ),
    Conflict(
        "youth mental health table",
        "Prevention programmes for boys",
        "A benefit-cost study close to the developers finds two to four dollars a dollar; an "
        "independent one finds five cents and a four percent chance of net benefit. The model "
        "does not use either figure.",
    ),
    Conflict(
        "youth mental health table",
        "Home visiting in infancy",
        "One trial halved later arrests; a replication found little at 18. Effects that far off "
        "are left out of the ten-year headlines.",
    ),
    Conflict(
        "exiting care table",
        "Leaving care and arrests",
        "Cohorts see fewer arrests among those who stay in care; the largest trial of support "
        "finds none. The prior leans on the trial.",
    ),
    Conflict(
        "older adult table",
        "Social prescribing",
        "Weak studies report a quarter fewer emergency visits; controlled ones report little. "
        "No such credit is given.",
    ),
    Conflict(
        "older adult table",
        "Loneliness and emergency visits",
        "The newest pooled estimate is 15 % more visits among lonely people; older and better "
        "studies find no link with admissions. Isolation and loneliness are not the same thing.",
    ),
    Conflict(
        "mobile crisis",
        "Training officers",
        "Pooled studies of crisis training show no effect on arrests. Training alone earns "
        "nothing here.",
    ),
    Conflict(
        "alcohol table",
        "Brief advice in emergency departments",
        "One economic model puts the ratio of benefit to cost above five, with a 60 % chance of "
        "net benefit; a large English trial found no effect (not verified). The prior sits "
        "close to no effect.",
    ),
)


def findings_for(levers: tuple[str, ...]) -> tuple[Finding, ...]:
    """Findings about these levers, in the order of `FINDINGS`."""
    return tuple(finding for finding in FINDINGS if finding.lever in levers)


def conflicts_for(levers: tuple[str, ...]) -> tuple[Conflict, ...]:
    """Conflicts about these levers."""
    return tuple(conflict for conflict in CONFLICTS if conflict.lever in levers)
