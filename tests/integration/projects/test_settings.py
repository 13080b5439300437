"""Settings of a project, and its way from open to retired."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEntry
from projects.models import Project, ProjectState
from tests.factories.projects import ProjectFactory

BODY = {
    "name": "Support",
    "description": "What they want",
    "overlap": "3",
    "lease_minutes": "20",
    "layout": "side_by_side",
}


def page(name, project):
    return reverse(f"projects:{name}", args=[project.slug])


def test_settings_save_and_audit_what_changed(client_of, lead, project):
    response = client_of(lead).post(page("settings", project), BODY | {"no_device_storage": "on"})

    assert response.status_code == 302
    project.refresh_from_db()
    assert (project.name, project.overlap, project.lease_minutes) == ("Support", 3, 20)
    assert project.no_device_storage
    changed = AuditEntry.objects.get(action="project.changed").detail["changed"]
    assert changed["overlap"] == {"from": 2, "to": 3}


def test_settings_without_a_change_leave_no_audit_entry(client_of, lead, project):
    same = {"name": project.name, "overlap": "2", "lease_minutes": "30", "description": ""}

    client_of(lead).post(page("settings", project), same)

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"overlap": "0"},
        {"overlap": "99999999999"},
        {"lease_minutes": "0"},
        {"lease_minutes": "1441"},
        {"description": "x" * 5001},
        {"name": "a\x00b"},
    ],
)
def test_settings_bad_input_is_422_and_changes_nothing(client_of, lead, project, change):
    response = client_of(lead).post(page("settings", project), BODY | change)

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text
    project.refresh_from_db()
    assert project.name == "Support messages"


def test_settings_ignore_fields_that_are_not_on_the_form(client_of, lead, project):
    client_of(lead).post(
        page("settings", project),
        BODY | {"slug": "taken", "state": "retired", "is_demo": "on"},
    )

    project.refresh_from_db()
    assert (project.slug, project.state, project.is_demo) == ("support", "open", False)


@pytest.mark.parametrize("name", ["close", "reopen", "retire"])
def test_state_pages_only_ask_on_get(client_of, admin, project, name):
    client_of(admin).get(page(name, project))

    project.refresh_from_db()
    assert project.state == ProjectState.OPEN


def test_close_and_reopen_move_the_state_and_are_audited(client_of, lead, project):
    client = client_of(lead)

    client.post(page("close", project))
    project.refresh_from_db()
    assert project.state == ProjectState.CLOSED
    client.post(page("reopen", project))

    project.refresh_from_db()
    assert project.state == ProjectState.OPEN
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "project.closed",
        "project.reopened",
    ]


def test_close_a_closed_project_is_409(client_of, lead, project):
    client = client_of(lead)
    client.post(page("close", project))

    response = client.post(page("close", project))

    assert response.status_code == 409
    assert "meanwhile" in response.text
    assert AuditEntry.objects.count() == 1


def test_retire_hides_the_project_from_everybody(client_of, admin, annotator, project, api_of):
    response = client_of(admin).post(page("retire", project), {"name": project.name})

    assert response["Location"] == reverse("projects:home")
    for user in (admin, annotator):
        assert client_of(user).get(page("overview", project)).status_code == 404
        assert api_of(user).get(f"/api/v1/projects/{project.pk}/").status_code == 404
    assert Project.objects.filter(pk=project.pk).exists()


def test_retire_without_the_right_name_is_422(client_of, admin, project):
    response = client_of(admin).post(page("retire", project), {"name": "Other"})

    assert response.status_code == 422
    project.refresh_from_db()
    assert project.is_open


def test_retire_by_a_lead_is_403(client_of, lead, project):
    client = client_of(lead)

    assert client.post(page("retire", project), {"name": project.name}).status_code == 403
    assert "Retire the project" not in client.get(page("settings", project)).text


@pytest.mark.parametrize(
    "fields",
    [{"overlap": 0}, {"overlap": 51}, {"lease_minutes": 0}, {"lease_minutes": 1441}],
)
def test_limits_are_kept_by_the_database(db, fields):
    with pytest.raises(IntegrityError, match="project_"), transaction.atomic():
        ProjectFactory(**fields)
