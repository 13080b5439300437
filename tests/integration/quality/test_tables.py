"""Every table of the pages as CSV and over REST: the same rows, the same rules."""

import csv
import io
import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Scope
from annotations.models import Item
from core.jobs import run_job
from projects.models import Membership
from projects.roles import Permission
from quality.actions.adjudication.adjudicate import Decision, adjudicate
from quality.actions.people.start import start_people
from quality.actions.resolution.start_comparison import start_comparison
from quality.models import Reason, Verdict
from quality.queries.tables.registry import (
    TABLES,
    Asked,
    Piece,
    Table,
    pieces,
    plain,
    register,
    whole,
)
from tests.factories.annotations import open_slots
from tests.factories.campaigns import (
    a_ledger,
    a_prepared_campaign,
    a_report,
    an_impact,
    answer_slot,
    person_in,
    publish_split,
)
from tests.factories.overview import counted
from tests.factories.projects import MembershipFactory
from tests.factories.quality import agreement_run, resolution_run

pytestmark = pytest.mark.django_db

# Filters that a table cannot do without, or that make it the one under test.
NEEDED = {
    "resolution_items": ("run",),
    "reliabilities": ("run",),
    "source_habits": ("run",),
    "source_confusion": ("run", "source"),
    "decided": ("run",),
    "strengths": ("run",),
    "comparison": ("run", "other"),
    "campaign_flips": ("campaign",),
    "campaign_rules": ("campaign",),
    "campaign_became": ("campaign",),
    "campaign_agreement": ("campaign",),
}
# Tables without rows in the world of these tests: it has no rule that changed, asks for no groups,
# and has only runs on single choices, which keep tables of confusions instead.
EMPTY = {"campaign_rules", "group_figures", "impact_rules", "source_habits"}


class World:
    """A project that has been through all: every table has something to say."""

    def __init__(self, project, people, lead, reviewer):
        self.project = project
        self.ledger = ledger = a_ledger(project)
        names = [person_in(ledger, person) for person in people]
        for name in names:
            ledger.fill((f"item {n}", name, "refund") for n in range(4))
        ledger.fill([("=1+1", names[0], "hello"), ("=1+1", names[1], "other")])
        version = publish_split(ledger)
        an_impact(version)
        campaign = a_prepared_campaign(ledger)
        slots = campaign.labels.model.assignment.field.related_model.objects.filter(
            pk__in=campaign.labels.values_list("assignment", flat=True)
        ).select_related("reserved_for")
        for slot in slots:
            answer_slot(ledger, slot, "exchange" if slot.item_id % 2 else "other")
        a_report(campaign)
        self.runs = [resolution_run(ledger, each) for each in ("majority_vote", "dawid_skene")]
        for run in (agreement_run(ledger), *self.runs):
            run_job(run.job_id)
        for run in self.runs:
            run.refresh_from_db()
        compared = start_comparison(
            first=self.runs[1], second=self.runs[0], by=lead, now=timezone.now()
        )
        run_job(compared.job_id)
        counted(project, ledger.question, lead)
        people = start_people(
            project=project, question=ledger.question, by=lead, now=timezone.now()
        )
        run_job(people.job_id)
        adjudicate(
            membership=Membership.objects.get(project=project, user=reviewer),
            item=ledger.items["=1+1"],
            question=ledger.question,
            decision=Decision(verdict=Verdict.UNDECIDABLE, reason=Reason.UNCLEAR_ITEM),
            now=timezone.now(),
        )
        self.filters = {
            "run": self.runs[1].pk,
            "other": self.runs[0].pk,
            "source": ledger.sources[names[0]].pk,
            "campaign": campaign.number,
        }

    def query(self, name):
        return {key: self.filters[key] for key in NEEDED.get(name, ())}

    def file(self, client, name, **query):
        address = reverse("quality:table", args=[self.project.slug, name])
        return client.get(address, {**self.query(name), **query})

    def rest(self, api, name, **query):
        address = f"/api/v1/projects/{self.project.pk}/quality/tables/{name}/"
        return api.get(address, {**self.query(name), **query})


@pytest.fixture
def world(project, annotator, second_annotator, lead, reviewer):
    return World(project, [annotator, second_annotator], lead, reviewer)


def content(answer):
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content).decode()


def rows_of(answer):
    header, *rows = csv.reader(io.StringIO(content(answer)))
    return header, rows


def test_every_table_is_the_same_as_csv_and_over_rest(world, client_of, api_of, owner):
    client, api = client_of(owner), api_of(owner)

    for name, table in TABLES.items():
        header, rows = rows_of(world.file(client, name))
        found = world.rest(api, name)
        assert found.status_code == 200, (name, found.json())
        listed = found.json()

        assert header == [column.key for column in table.columns], name
        assert [column["key"] for column in listed["columns"]] == header, name
        assert len(rows) == len(listed["results"]), name
        assert bool(rows) == (name not in EMPTY), name
        for row, each in zip(rows, listed["results"], strict=True):
            assert list(each) == header, name
            for written, value in zip(row, each.values(), strict=True):
                assert (written == "") == (value in (None, "", [])), (name, written, value)


def test_every_table_read_in_small_pages_is_whole(world, api_of, owner):
    api = api_of(owner)

    for name in TABLES:
        everything = world.rest(api, name).json()["results"]
        found, after = [], ""
        while after is not None:
            page = world.rest(api, name, size=1, after=after).json()
            assert len(page["results"]) <= 1, name
            found, after = found + page["results"], page["next_after"]
        assert found == everything, name


def test_every_table_keeps_to_the_permission_of_its_page(
    world, client_of, api_of, lead, annotator, outsider
):
    for name, table in TABLES.items():
        expected = 200 if table.permission == Permission.VIEW_QUALITY else 403
        assert world.file(client_of(lead), name).status_code == expected, name
        assert world.rest(api_of(lead), name).status_code == expected, name
        for person, status in ((annotator, 403), (outsider, 404)):
            assert world.file(client_of(person), name).status_code == status, name
            assert world.rest(api_of(person), name).status_code == status, name


def test_every_table_has_its_link_and_every_link_its_table():
    folder = settings.BASE_DIR / "templates"
    pattern = re.compile(r'quality/_table_csv\.html" with name="(\w+)"')
    linked = {
        name
        for path in folder.rglob("*.html")
        for name in pattern.findall(path.read_text(encoding="utf-8"))
    }

    assert linked == set(TABLES)


def test_links_of_pages_lead_to_files(world, client_of, owner):
    client, slug = client_of(owner), world.project.slug
    run, other = world.runs[1].pk, world.runs[0].pk
    pages = [
        reverse("quality:overview", args=[slug]),
        reverse("quality:overview", args=[slug]) + "?by=week",
        reverse("quality:dashboard", args=[slug]),
        reverse("quality:disputed", args=[slug]),
        reverse("quality:decisions", args=[slug]),
        reverse("quality:resolutions", args=[slug]),
        reverse("quality:resolution", args=[slug, run])
        + f"?source={world.filters['source']}&show=undecided",
        reverse("quality:comparison", args=[slug, run, other]),
        reverse("campaigns:list", args=[slug]),
        reverse("campaigns:campaign", args=[slug, 1]),
        reverse("campaigns:impact", args=[slug]) + "?version=2",
        reverse("projects:people", args=[slug]),
        reverse("quality:people", args=[slug]),
    ]
    seen = set()
    for page in pages:
        text = client.get(page).text
        links = re.findall(r'href="([^"]*/tables/(\w+)\.csv[^"]*)"', text)
        assert links, page
        for link, name in links:
            assert content(client.get(link.replace("&amp;", "&"))).startswith("\ufeff"), link
            seen.add(name)

    # Only pages of other kinds of question and of changed rules have these.
    assert set(TABLES) - seen <= {"strengths", *EMPTY}


def test_formula_in_a_name_is_no_formula_in_the_file(world, client_of, owner):
    _header, rows = rows_of(world.file(client_of(owner), "disputed"))

    assert [row[1] for row in rows] == ["'=1+1"]


def test_file_begins_with_a_mark_of_its_encoding_only_when_asked(world, client_of, lead):
    client = client_of(lead)

    assert content(world.file(client, "classes", bom="1")).startswith("\ufeffchoice,")
    assert content(world.file(client, "classes")).startswith("choice,")


def test_file_is_a_download_that_is_not_kept(world, client_of, lead):
    answer = world.file(client_of(lead), "pairs")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.search(
        r'attachment; filename="support-pairs-\d+-\d+\.csv"', answer["Content-Disposition"]
    )
    assert answer["Cache-Control"] == "no-store"


def test_file_is_sent_over_rest_to_a_token(world, api_of, lead):
    address = f"/api/v1/projects/{world.project.pk}/quality/tables/classes.csv"

    assert content(api_of(lead).get(address, {"bom": "true"})).startswith("\ufeffchoice,")
    assert api_of(lead, scopes=[Scope.WRITE]).get(address).status_code == 403


def test_tables_are_listed_with_columns_and_filters_for_who_may_read_them(
    world, api_of, lead, owner
):
    address = f"/api/v1/projects/{world.project.pk}/quality/tables/"

    found = {each["name"]: each for each in api_of(lead).get(address).json()["results"]}

    assert set(found) == set(TABLES) - {"people"}
    assert found["classes"]["columns"][0] == {"key": "choice", "name": "Class"}
    assert found["disputed"]["filters"] == [
        "question",
        "version",
        "kind",
        "run",
        "a",
        "b",
        "source",
    ]
    assert len(api_of(owner).get(address).json()["results"]) == len(TABLES)


def test_filters_choose_rows_as_on_the_page(world, api_of, client_of, lead):
    api = api_of(lead)

    def results(name, **query):
        return world.rest(api, name, **query).json()["results"]

    assert {row["version"] for row in results("throughput_days", version=1)} == {1}
    assert {row["kind"] for row in results("throughput_days", kind="human")} == {"human"}
    undecided = results("resolution_items", run=world.runs[0].pk, show="undecided")
    assert 0 < len(undecided) < len(results("resolution_items", run=world.runs[0].pk))
    assert {row["value"] for row in undecided} == {None}
    assert len(results("disputed", a="greeting", b="other")) <= len(results("disputed"))
    sources = [source.pk for source in world.ledger.sources.values()][:2]
    assert len(results("disputed", source=sources)) == 1


def test_answers_stay_hidden_from_who_may_still_be_asked(world, client_of, api_of, owner, lead):
    item = world.ledger.items["=1+1"]
    open_slots(item)

    (row,) = world.rest(api_of(owner), "disputed").json()["results"]
    assert (row["hidden"], row["answers"], row["entropy"]) == (True, None, None)
    rows = world.rest(api_of(owner), "resolution_items").json()["results"]
    (hidden,) = [row for row in rows if row["item"] == item.pk]
    assert (hidden["hidden"], hidden["value"], hidden["posterior"]) == (True, None, None)
    (seen,) = world.rest(api_of(lead), "disputed").json()["results"]
    assert seen["answers"]


@pytest.mark.parametrize(
    ("name", "query", "status", "code"),
    [
        ("none", {}, 404, None),
        ("classes", {"question": "none"}, 404, None),
        ("classes", {"version": "99"}, 404, None),
        ("classes", {"run": "x"}, 400, "run"),
        ("classes", {"run": "99999"}, 404, None),
        ("classes", {"campaign": "1"}, 400, "campaign"),
        ("classes", {"strange": "1"}, 400, "strange"),
        ("classes", {"size": "0"}, 400, "size"),
        ("classes", {"after": "x"}, 400, "after"),
        ("pairs", {"after": "x"}, 400, "after"),
        ("resolution_items", {"run": "99999"}, 404, None),
        ("resolution_items", {"run": ""}, 400, "run"),
        ("resolution_items", {"after": "x"}, 400, "after"),
        ("source_confusion", {"source": "99999"}, 404, None),
        ("comparison", {"other": "99999"}, 404, None),
        ("disputed", {"a": "none", "b": "other"}, 404, None),
        ("disputed", {"source": "1"}, 404, None),
        ("campaign_flips", {"campaign": "9"}, 404, None),
        ("impact_classes", {"version": "9"}, 404, None),
    ],
)
def test_bad_input_over_rest_is_refused_with_its_field(
    name, query, status, code, world, api_of, lead
):
    answer = world.rest(api_of(lead), name, **query)

    assert answer.status_code == status
    if code:
        assert code in str(answer.json()), answer.json()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("none", {}),
        ("classes", {"run": "x"}),
        ("classes", {"question": "none"}),
        ("disputed", {"source": "x"}),
    ],
)
def test_file_of_something_that_is_not_there_is_not_found(name, query, world, client_of, lead):
    assert world.file(client_of(lead), name, **query).status_code == 404


def test_tables_of_a_project_without_anything_are_empty_or_not_found(
    project, client_of, api_of, owner
):
    api = api_of(owner)

    for name in TABLES:
        address = f"/api/v1/projects/{project.pk}/quality/tables/{name}/"
        status = api.get(address).status_code
        assert status in (200, 400, 404), name
        assert (status == 400) == (name in NEEDED), name


def test_run_of_another_project_is_not_found(world, client_of, api_of, lead):
    other = MembershipFactory(user=lead, roles=["lead"]).project
    address = f"/api/v1/projects/{other.pk}/quality/tables/"
    api = api_of(lead)

    for name in ("resolution_items", "reliabilities", "decided", "strengths"):
        assert api.get(f"{address}{name}/", {"run": world.runs[0].pk}).status_code == 404


def test_many_items_are_read_piece_by_piece_in_a_flat_number_of_statements(
    world, client_of, lead, django_assert_max_num_queries
):
    assert Item.objects.filter(project=world.project).count() > 3
    client = client_of(lead)

    with django_assert_max_num_queries(14):
        content(world.file(client, "resolution_items"))


def test_table_is_registered_once_under_its_name():
    with pytest.raises(ValueError, match="two tables are called classes"):
        register(Table("classes", "Classes", (), lambda _asked: whole(())))


def test_pieces_go_on_to_the_end_and_read_no_further():
    asked = []

    def read(after, size):
        asked.append((after, size))
        start = int(after or 0)
        return Piece([(number,) for number in range(start, start + 2)], "2" if start == 0 else None)

    assert list(pieces(read, 2)) == [[(0,), (1,)], [(2,), (3,)]]
    assert asked == [("", 2), ("2", 2)]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (None, None),
        (0.25, 0.25),
        (["a", "b"], "a; b"),
        ({"b": 1, "a": "é"}, '{"a": "é", "b": 1}'),
    ],
)
def test_values_are_written_plainly(value, written):
    assert plain(value) == written


def test_asked_number_that_is_none_says_which_filter(project):
    asked = Asked(None, "en", {"run": ["12", "13"], "empty": []})

    assert (asked.number("run"), asked.number("other"), asked.one("empty")) == (13, None, "")
