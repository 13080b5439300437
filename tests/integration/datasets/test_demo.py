"""The demo project and the two commands that make it."""

import io
from itertools import combinations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from annotations.models import Annotation, Assignment, Item, Label, Source
from core.models import Job
from projects.models import Project
from quality.models import AgreementRun, ResolutionRun

pytestmark = pytest.mark.django_db(transaction=True)


def prepare(**options):
    out = io.StringIO()
    call_command("prepare_instance", stdout=out, base_url="https://labels.example.org", **options)
    return out.getvalue()


def test_prepare_instance_makes_owner_demo_and_link(services):
    printed = prepare(email="olga@example.com")
    owner = User.objects.get()
    assert (owner.email, owner.is_owner, owner.has_usable_password()) == (
        "olga@example.com", True, False,
    )  # fmt: skip
    assert "https://labels.example.org/accounts/set-password/" in printed
    project = Project.objects.get()
    assert project.is_demo
    assert set(project.memberships.get().roles) == {"annotator", "reviewer", "lead", "admin"}
    assert (Item.objects.count(), Annotation.objects.count()) == (84, 240)
    assert set(Source.objects.values_list("kind", flat=True)) == {"demo"}
    assert Assignment.objects.filter(state="open").count() == 24 * 4
    assert (AgreementRun.objects.count(), ResolutionRun.objects.count()) == (1, 3)
    waiting = Job.objects.filter(state="queued").values_list("kind", flat=True)
    assert sorted(waiting) == ["quality.agreement"] + ["quality.resolution"] * 3


def test_prepare_instance_again_prints_the_link_until_the_password_is_set(services):
    prepare()
    assert "set-password" in prepare()
    assert (Project.objects.count(), User.objects.count()) == (1, 1)
    owner = User.objects.get()
    owner.set_password("a-long-test-pass-phrase")
    owner.save()
    assert prepare() == ""
    assert Project.objects.count() == 1


def test_demo_annotators_disagree_in_a_plausible_way(services):
    prepare()
    answers = {}
    for label in Label.objects.select_related("annotation__source", "choice"):
        answers.setdefault(label.annotation.source.name, {})[label.item_id] = label.choice.key
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
    assert Annotation.objects.filter(project=old).count() == 240
    assert Annotation.objects.filter(project=fresh).count() == 240


def test_demo_reset_without_an_owner_says_so(services):
    with pytest.raises(CommandError, match="no owner"):
        call_command("demo_reset")
