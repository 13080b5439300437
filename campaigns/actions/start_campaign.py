"""Start a campaign: check what is asked, and leave drawing the sample to a job."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from annotations.models import DEFAULT_PRIORITY
from campaigns.models import Campaign, Who
from campaigns.queries.publication import Publication, publication_of
from core.audit import record
from core.errors import Conflict
from core.jobs import start_job
from guidelines.models import GuidelineVersion
from guidelines.queries import current_version
from projects.models import Project

PREPARE_JOB = "campaigns.prepare"
LONGEST_NAME = 120
MOST_OVERLAP = 50
LAST_PRIORITY = 9
LARGEST_SEED = 2**63 - 1


@dataclass(frozen=True)
class Plan:
    """What a campaign does. `priority` 0 is served first, 5 is that of new items."""

    name: str
    share: Decimal = Decimal(1)
    who: str = Who.SAME
    shows_previous: bool = False
    overlap: int = 1
    priority: int = DEFAULT_PRIORITY - 1
    seed: int = 1


@transaction.atomic
def start_campaign(
    *,
    project: Project,
    version: GuidelineVersion,
    plan: Plan,
    despite_running: bool = False,
    by: User,
    now: datetime,
) -> Campaign:
    """The next round of the project, for the labels that the current version sends to people.

    ValidationError for a plan that cannot be, or a version that touches nothing. Conflict when the
    project is closed (`project_closed`), the version is not the current one (`old_version`), or
    another campaign asks for the same choices (`campaign_running`) unless `despite_running`.
    """
    # Locked, so that two campaigns started at once get different rounds and see each other.
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if not locked.is_open:
        raise Conflict(
            _("This project is closed: nothing is handed out any more."), code="project_closed"
        )
    check_plan(plan)
    publication = _checked_publication(locked, version)
    if not despite_running:
        _check_others(locked, publication)
    return _new_campaign(locked, publication, plan, by=by, now=now)


def _new_campaign(
    project: Project, publication: Publication, plan: Plan, *, by: User, now: datetime
) -> Campaign:
    last = Campaign.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    job = start_job(kind=PREPARE_JOB, arguments={}, by=by, now=now)
    campaign = Campaign.objects.create(
        project=project,
        number=last + 1,
        version=publication.version,
        before=publication.before,
        **{**asdict(plan), "name": plan.name.strip()},
        job=job,
        created_by=by,
        created_at=now,
    )
    record(
        action="campaign.start",
        by=by,
        now=now,
        scope=project.scope,
        subject=f"campaign:{campaign.pk}",
        number=campaign.number,
        name=campaign.name,
        version=publication.version.number,
        share=str(plan.share),
        who=plan.who,
        overlap=plan.overlap,
        seed=plan.seed,
    )
    return campaign


def check_plan(plan: Plan) -> None:
    """ValidationError with every fault of the plan, by field."""
    problems = {
        field: ValidationError(message, code=code)
        for is_wrong, field, code, message in (*_faults_of_size(plan), *_faults_of_who(plan))
        if is_wrong
    }
    if problems:
        raise ValidationError(problems)


def _faults_of_size(plan: Plan) -> Iterator[tuple[bool, str, str, str]]:
    """(whether it is one, field, code, message) of what a number or a name may be."""
    is_named = 1 <= len(plan.name.strip()) <= LONGEST_NAME
    yield not is_named, "name", "bad_name", _("A name has 1 to 120 characters.")
    is_share = plan.share.is_finite() and Decimal("0.0001") <= plan.share <= 1
    yield not is_share, "share", "bad_share", _("The share lies above 0 and up to 1.")
    is_overlap = 1 <= plan.overlap <= MOST_OVERLAP
    message = _("The overlap is a whole number from 1 to 50.")
    yield not is_overlap, "overlap", "bad_overlap", message
    is_priority = 0 <= plan.priority <= LAST_PRIORITY
    message = _("The priority is a whole number from 0 to 9.")
    yield not is_priority, "priority", "bad_priority", message
    is_seed = 0 <= plan.seed <= LARGEST_SEED
    yield not is_seed, "seed", "bad_seed", _("The seed is a whole number, not negative.")


def _faults_of_who(plan: Plan) -> Iterator[tuple[bool, str, str, str]]:
    """The same, of what does not go with who labels again."""
    message = _("Labels are made again by “same” or by “others”.")
    yield plan.who not in Who.values, "who", "unknown_who", message
    message = _(
        "The old label can be shown to the person who made it only: nobody sees another person's"
        " answer before their own."
    )
    not_own = plan.shows_previous and plan.who != Who.SAME
    yield not_own, "shows_previous", "not_their_own", message
    message = _("The same person labels an item once. An overlap is for other people.")
    needless = plan.who == Who.SAME and 1 < plan.overlap <= MOST_OVERLAP
    yield needless, "overlap", "overlap_is_for_others", message


def _checked_publication(project: Project, version: GuidelineVersion) -> Publication:
    if version.guideline.project_id != project.pk or not version.is_published:
        message = _("This guideline version is not a published one of the project.")
        raise ValidationError({"version": ValidationError(message, code="foreign_version")})
    current = current_version(project)
    if current is None or current.pk != version.pk:
        raise Conflict(
            _(
                "Version %(number)s is not the current one any more: items are served under a later"
                " version."
            )
            % {"number": version.number},
            code="old_version",
            current=current.number if current else None,
        )
    publication = publication_of(version)
    if not publication.for_people:
        message = _(
            "This version sends no label to people: no choice of it is touched by a"
            " breaking change."
        )
        raise ValidationError({"version": ValidationError(message, code="nothing_touched")})
    return publication


def _check_others(project: Project, publication: Publication) -> None:
    """Conflict when a campaign that has not ended asks for labels of the same choices."""
    mine = set(publication.ids_for_people)
    others = Campaign.objects.filter(project=project).unended()
    for other in others.select_related("version__based_on", "job").order_by("number"):
        if mine & set(publication_of(other.version).ids_for_people):
            raise Conflict(
                _(
                    "Campaign %(number)s asks for the same labels and has not ended. End it first,"
                    " or confirm that some labels may be asked for twice."
                )
                % {"number": other.number},
                code="campaign_running",
                number=other.number,
            )
