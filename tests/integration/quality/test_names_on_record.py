"""Names beside answers: one rule on every page, in every REST answer and file (ADR 0038)."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.utils import timezone

from annotations.actions.flag_item import flag_item
from annotations.models import Annotation, Assignment, Flag, NamesShown, Source
from annotations.queries.names import letter_of, names_for
from core.jobs import run_job
from core.models import AuditEntry
from guidelines.models import Question
from projects.models import Membership, Project
from quality.actions.agreement.start import start_agreement
from quality.actions.resolution.start import start_resolution
from quality.actions.resolution.start_comparison import start_comparison
from quality.actions.review.draw import draw_reviews
from quality.actions.review.give import Opinion, review_answer
from quality.models import Review, ReviewVerdict
from tests.factories.annotations import answered, next_position, open_items
from tests.factories.guidelines import publish_version

pytestmark = pytest.mark.django_db

# Where people stand with figures about their work, and no single answer.
ABOUT_PEOPLE = re.compile(
    r"/p/support/($|people|quality/(people|agreement|overview|review/figures|checks|enough)|training)"
    r"|/p/support/quality/(\?|$)|/p/support/quality/resolutions/\d+/($|\?|#)"
    r"|/quality/tables/|/p/support/(guideline|imports|campaigns)"
)


@pytest.fixture
def story(project, annotator, second_annotator, reviewer, lead):
    """Two people answer three items, differently; one asks, one gets an answer back."""
    for person, name in ((annotator, "Zebulon Quirk"), (second_annotator, "Wilhelmina Frost")):
        person.name = name
        person.save(update_fields=["name"])
    Project.objects.filter(pk=project.pk).update(review="sample", review_newcomers=20)
    project.refresh_from_db()
    publish_version(project)
    open_items(project, 3)
    for person, choice in ((annotator, "positive"), (second_annotator, "negative")):
        for _turn in range(3):
            answered(project, person, {"sentiment": choice})
    first = Annotation.objects.filter(source__person=annotator).order_by("created_at").first()
    asked = {"by": annotator, "now": timezone.now()}
    flag_item(
        membership=member(project, annotator), item=first.item_id, comment="Which rule?", **asked
    )
    draw_reviews(project=project, now=timezone.now())
    review_answer(
        membership=member(project, reviewer),
        annotation=first,
        opinion=Opinion(ReviewVerdict.SENT_BACK, comment="Look again."),
        now=timezone.now(),
    )
    question = Question.objects.get(guideline__project=project)
    asked = {"project": project, "question": question, "by": lead, "now": timezone.now()}
    (agreement,) = start_agreement(**asked)
    runs = [start_resolution(method=each, **asked) for each in ("majority_vote", "one_coin")]
    compared = None
    for run in (agreement, *runs):
        run_job(run.job_id)
    for run in runs:
        run.refresh_from_db()
    compared = start_comparison(first=runs[0], second=runs[1], by=lead, now=timezone.now())
    run_job(compared.job_id)
    return Story(project, first, agreement, runs)


class Story:
    """What there is, and every address of it that a reviewer may open."""

    def __init__(self, project, first, agreement, runs):
        self.project, self.first, self.agreement, self.runs = project, first, agreement, runs
        self.item = first.item_id

    def pages(self):
        root, run, pk = "/p/support", self.runs[0].pk, self.item
        return [
            f"{root}/items/", f"{root}/items/{pk}/", f"{root}/questions/?state=all",
            *(f"{root}/questions/{flag}/" for flag in Flag.objects.values_list("pk", flat=True)),
            f"{root}/quality/disputed/", f"{root}/quality/adjudicate/{pk}/?question=sentiment",
            f"{root}/quality/decisions/", f"{root}/quality/review/",
            f"{root}/quality/review/{self.first.pk}/", f"{root}/quality/review/done/",
            f"{root}/quality/resolutions/{run}/items/{pk}/",
            f"{root}/quality/resolutions/{run}/compare/{self.runs[1].pk}/",
        ]  # fmt: skip

    def rest(self):
        root, run = f"/api/v1/projects/{self.project.pk}", self.runs[0].pk
        return [
            f"{root}/annotations/", f"{root}/annotations/{self.first.pk}/", f"{root}/flags/",
            f"{root}/threads/?state=all",
            *(f"{root}/threads/{flag}/" for flag in Flag.objects.values_list("pk", flat=True)),
            f"{root}/questions/{Flag.objects.earliest('pk').pk}/", f"{root}/items/",
            f"{root}/quality/agreement/{self.agreement.pk}/disputed/",
            f"{root}/quality/resolutions/{run}/items/",
            f"{root}/quality/resolutions/{run}/items/{self.item}/",
            f"{root}/quality/resolutions/{run}/compare/{self.runs[1].pk}/",
            f"{root}/quality/adjudications/", f"{root}/quality/reviews/",
        ]  # fmt: skip

    def files(self):
        root, run = "/p/support/quality/tables", self.runs[0].pk
        return [
            f"{root}/disputed.csv?question=sentiment", f"{root}/decisions.csv?question=sentiment",
            f"{root}/resolution_items.csv?run={run}",
            f"{root}/comparison.csv?run={run}&other={self.runs[1].pk}",
        ]  # fmt: skip


def member(project, person):
    return Membership.objects.get(project=project, user=person)


def secrets(project):
    """What would tell who gave an answer: names, and the ids by which people are listed."""
    sources = Source.objects.filter(project=project).select_related("person")
    return {
        *(source.person.name for source in sources),
        *(source.person.name.split()[0] for source in sources),
        *(source.name for source in sources),
        *(f'"annotator":{source.person_id}' for source in sources),
        *(f'"source":{source.pk}' for source in sources),
    }


def told(answer, project):
    """Those of the secrets that an answer tells."""
    body = answer.getvalue() if answer.streaming else answer.content
    text = unescape(body.decode())
    if "quality/disputed/" in answer.request["PATH_INFO"] and "<tbody>" in text:
        # Its heading names the two who differ, its rows must not say which of them said what.
        text = text.partition("<tbody>")[2].partition("</tbody>")[0]
    return {each for each in secrets(project) if each in text}


def test_reviewer_reads_letters_on_every_page_rest_answer_and_file(
    story, client_of, api_of, reviewer
):
    client, api = client_of(reviewer), api_of(reviewer)

    answers = [(address, client.get(address)) for address in [*story.pages(), *story.files()]]
    answers += [(address, api.get(address)) for address in story.rest()]

    statuses = {address: each.status_code for address, each in answers}
    assert {address: status for address, status in statuses.items() if status != 200} == {}
    leaks = {address: told(each, story.project) for address, each in answers}
    assert {address: found for address, found in leaks.items() if found} == {}
    assert "Annotator A" in client.get(f"/p/support/items/{story.item}/").content.decode()


def test_reviewer_who_follows_every_link_meets_names_only_with_figures(story, client_of, reviewer):
    client, waiting, seen = client_of(reviewer), ["/p/support/items/"], set()
    waiting.append("/p/support/quality/")
    while waiting and len(seen) < 70:
        address = waiting.pop().partition("#")[0]
        if address in seen or not address.startswith(("/p/support/", "/w/support/")):
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 302), address
        if ABOUT_PEOPLE.search(address) or answer.status_code == 302:
            found = set()
        else:
            found = told(answer, story.project)
        assert not found, (address, found)
        if not answer.streaming:
            text = unescape(answer.content.decode())
            links = re.findall(r'href="([^"]+)"', text)
            path = address.partition("?")[0]
            waiting += [path + each if each.startswith("?") else each for each in links]

    assert len(seen) > 25
    assert f"/p/support/items/{story.item}/" in seen


def test_lead_and_admin_see_names_and_leave_no_record(story, client_of, api_of, lead, admin):
    for person in (lead, admin):
        text = client_of(person).get(f"/p/support/items/{story.item}/").content.decode()
        rows = api_of(person).get(f"/api/v1/projects/{story.project.pk}/annotations/").json()

        assert "Zebulon Quirk" in text
        assert "Wilhelmina Frost" in text
        assert all(row["annotator"] for row in rows["results"])
    assert not NamesShown.objects.exists()
    assert not AuditEntry.objects.filter(action="item.names_shown").exists()


def test_asking_for_names_is_audited_once_and_holds_for_one_item_everywhere(
    story, client_of, api_of, reviewer
):
    client, run = client_of(reviewer), story.runs[0].pk
    address = f"/p/support/items/{story.item}/"
    other = Annotation.objects.exclude(item=story.item).first().item_id

    client.post(f"{address}names/")
    named = api_of(reviewer).post(f"/api/v1/projects/{story.project.pk}/items/{story.item}/names/")

    entry = AuditEntry.objects.get(action="item.names_shown")
    assert (entry.subject, entry.actor_name) == (f"item:{story.item}", reviewer.name)
    assert [row["letter"] for row in named.json()["results"]] == ["A", "B"]
    for path in (
        address,
        f"/p/support/quality/resolutions/{run}/items/{story.item}/",
        f"/p/support/quality/adjudicate/{story.item}/?question=sentiment",
        f"/p/support/questions/{Flag.objects.get(kind='ask').pk}/",
        "/p/support/quality/review/done/",
    ):
        assert "Zebulon Quirk" in client.get(path).content.decode(), path
    assert not told(client.get(f"/p/support/items/{other}/"), story.project)


def test_names_are_refused_to_annotators_outsiders_and_who_may_still_be_asked(
    story, client_of, api_of, annotator, outsider, owner
):
    address = f"/p/support/items/{story.item}/names/"
    rest = f"/api/v1/projects/{story.project.pk}/items/{story.item}/names/"
    for of, path in ((client_of, address), (api_of, rest)):
        assert of(annotator).post(path).status_code == 403
        assert of(outsider).post(path).status_code == 404
    assert api_of(owner).post(rest.replace(str(story.item), "999999")).status_code == 404
    membership = member(story.project, owner)
    membership.roles = ["reviewer", "annotator"]
    membership.save(update_fields=["roles"])
    Assignment.objects.create(
        project=story.project, item_id=story.item, slot=9, position=next_position()
    )

    assert client_of(owner).post(address).status_code == 403
    assert not NamesShown.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/p/support/items/?source={source}", "/p/support/items/?source={source}&choice=positive"
     "&question=sentiment", "/p/support/quality/review/done/?source={source}",
     "/p/support/quality/people/{source}/rows/?show=gold"],
)  # fmt: skip
def test_lists_of_what_one_person_said_are_for_those_who_see_names(
    story, client_of, reviewer, lead, address
):
    path = address.format(source=story.first.source_id)

    assert client_of(reviewer).get(path).status_code == 403
    assert client_of(lead).get(path).status_code == 200


def test_reviews_of_one_person_over_rest_are_for_those_who_see_names(story, api_of, reviewer, lead):
    path = f"/api/v1/projects/{story.project.pk}/quality/reviews/"
    query = {"source_id": story.first.source_id}

    assert api_of(reviewer).get(path, query).status_code == 403
    assert len(api_of(lead).get(path, query).json()["results"]) == Review.objects.count() == 1


def test_deciding_hides_names_from_leads_as_well_until_they_ask(story, client_of, lead):
    member(story.project, lead)
    Membership.objects.filter(user=lead).update(roles=["lead", "reviewer"])
    client, address = client_of(lead), f"/p/support/quality/adjudicate/{story.item}/"

    before = told(client.get(address, {"question": "sentiment"}), story.project)
    client.post(f"{address}names/?question=sentiment")
    after = told(client.get(address, {"question": "sentiment"}), story.project)

    assert (before, "Zebulon Quirk" in after) == (set(), True)


def test_letters_of_one_moment_differ_from_item_to_item_and_stay(project, reviewer):
    publish_version(project)
    items = open_items(project, 12)
    now = timezone.now()
    sources = [
        Source.objects.create(project=project, kind="import", name=f"worker {n}", created_at=now)
        for n in range(4)
    ]
    version = Question.objects.get(guideline__project=project).guideline.versions.get()
    for item in items:
        for source in sources:
            Annotation.objects.create(
                id=uuid4(), project=project, item=item, source=source, version=version,
                kind="answer", submitted_at=now, created_at=now, tool="test", body_hash="0" * 64,
            )  # fmt: skip
    ids = [item.pk for item in items]
    viewer = member(project, reviewer)

    first, again = names_for(viewer, ids), names_for(viewer, ids)

    order = {tuple(first.letter(item, source.pk) for source in sources) for item in ids}
    assert len(order) > 3
    assert all(sorted(letters) == ["A", "B", "C", "D"] for letters in order)
    assert first == again
    assert [letter_of(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
