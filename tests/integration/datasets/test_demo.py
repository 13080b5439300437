"""The demo project and the two commands that make it."""

import io
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from annotations.models import (
    Annotation,
    Assignment,
    FlagAnswer,
    GoldItem,
    Item,
    Label,
    Pause,
    RepeatAnswer,
)
from campaigns.models import Campaign
from core.jobs import run_job
from core.models import Job
from guidelines.models import GuidelineVersion
from projects.models import Project
from quality.models import Adjudication, GroupAnswer, PersonFigures, Review

pytestmark = pytest.mark.django_db(transaction=True)


def prepare(**options):
    out = io.StringIO()
    call_command("prepare_instance", stdout=out, base_url="https://labels.example.org", **options)
    return out.getvalue()


def test_prepare_instance_makes_owner_demo_and_link(services):
    printed = prepare(email="olga@example.com")
    owner = User.objects.get(is_owner=True)
    assert (owner.email, owner.has_usable_password()) == ("olga@example.com", False)
    assert "https://labels.example.org/accounts/set-password/" in printed
    project = Project.objects.get()
    assert project.is_demo
    roles = {each.user.name: set(each.roles) for each in project.memberships.all()}
    assert roles.pop(owner.name) == {"annotator", "reviewer", "lead", "admin"}
    assert roles == {name: {"annotator"} for name in ("Minji", "David", "Soyeon", "Tom", "Jihoon")}
    assert Item.objects.count() == 120
    assert Assignment.objects.filter(state="open").count() == 24 * 5
    assert not Assignment.objects.filter(state="leased").exists()
    waiting = Job.objects.filter(state="queued").values_list("kind", flat=True)
    assert sorted(waiting) == sorted(
        [
            *("campaigns.impact", "campaigns.report", "quality.agreement", "quality.overview"),
            *("quality.people", "quality.routing_study"),
            *["quality.resolution"] * 3,
        ]
    )


def test_demo_annotators_cannot_sign_in_until_the_owner_lets_them(services):
    prepare()
    invented = User.objects.filter(is_owner=False)
    assert {person.email.partition("@")[2] for person in invented} == {"demo.invalid"}
    assert not any(person.has_usable_password() for person in invented)


def test_demo_shows_each_part_of_quality(services):
    prepare()
    assert list(GuidelineVersion.objects.values_list("number", "state").order_by("number")) == [
        (1, "published"), (2, "published"),
    ]  # fmt: skip
    assert GoldItem.objects.count() == 20
    assert Assignment.objects.filter(purpose="gold", state="done").count() >= 5
    assert RepeatAnswer.objects.count() >= 5
    assert set(Adjudication.objects.values_list("verdict", flat=True)) == {"decided", "undecidable"}
    assert Review.objects.count() == 24
    assert set(Review.objects.values_list("verdict", flat=True)) >= {"accepted", "sent_back"}
    assert Pause.objects.get().person.name == "Jihoon"
    assert set(FlagAnswer.objects.values_list("decision", flat=True)) == {"rule_added", "no_change"}
    assert GroupAnswer.objects.count() == 4
    slots = Assignment.objects.filter(round=Campaign.objects.get().number)
    assert 0 < slots.filter(state="reserved").count() < slots.filter(state="done").count()


def test_demo_figures_warn_about_the_hasty_newcomer_only(services):
    prepare()
    for job in Job.objects.filter(state="queued", kind="quality.people"):
        run_job(job.pk)
    figures = PersonFigures.objects.select_related("source__person")
    warned = {each.source.person.name: each.n_warnings for each in figures}
    assert warned.pop("Jihoon") >= 1
    assert sum(warned.values()) <= 1  # drift is drawn, and may come out by chance
    hasty = figures.get(source__person__name="Jihoon")
    assert hasty.gold_right / hasty.gold_n < 0.75


def test_prepare_instance_again_prints_the_link_until_the_password_is_set(services):
    prepare()
    assert "set-password" in prepare()
    assert (Project.objects.count(), User.objects.count()) == (1, 6)
    owner = User.objects.get(is_owner=True)
    owner.set_password("a-long-test-pass-phrase")
    owner.save()
    assert prepare() == ""
    assert Project.objects.count() == 1


def test_demo_annotators_disagree_in_a_plausible_way(services):
    prepare()
    answers = {}
    first = Label.objects.filter(annotation__version__number=1)
    for label in first.select_related("annotation__source", "choice"):
        answers.setdefault(label.annotation.source.name, {})[label.item_id] = label.choice.key
    assert [len(said) for said in answers.values()] == [60] * 4
    kappas = []
    for left, right in combinations(sorted(answers), 2):
        items = sorted(answers[left])
        kappas.append(kappa([answers[left][each] for each in items],
                            [answers[right][each] for each in items]))  # fmt: skip
    assert 0.6 <= sum(kappas) / len(kappas) <= 0.75
    disputed = sum(len({answers[name][item] for name in answers}) > 1 for item in items)
    assert 15 <= disputed <= 40


def kappa(left, right):
    """Cohen's kappa, written out so that it does not lean on the code under test elsewhere."""
    agreed = sum(a == b for a, b in zip(left, right, strict=True)) / len(left)
    keys = set(left) | set(right)
    chance = sum(left.count(key) * right.count(key) for key in keys) / len(left) ** 2
    return (agreed - chance) / (1 - chance)


def test_demo_reset_retires_the_old_one_and_keeps_its_labels(services):
    prepare()
    old = Project.objects.get()
    call_command("demo_reset", stdout=io.StringIO())
    old.refresh_from_db()
    fresh = Project.objects.exclude(pk=old.pk).get()
    assert (old.state, fresh.state, fresh.is_demo) == ("retired", "open", True)
    people = User.objects.filter(is_owner=False)
    assert people.count() == 5
    for project in (old, fresh):
        assert Annotation.objects.filter(project=project).count() >= 60 * 4 + 36 * 5


def test_demo_reset_without_an_owner_says_so(services):
    with pytest.raises(CommandError, match="no owner"):
        call_command("demo_reset")
