"""Routes of projects, at the root."""

from django.urls import path

from projects.views import home, joining, people, project, server

app_name = "projects"

urlpatterns = [
    path("", home.home, name="home"),
    path("projects/new/", home.new_project, name="new"),
    path("join/<str:token>/", joining.join, name="join"),
    path("server/people/", server.server_people, name="server_people"),
    path("server/people/<int:user_id>/password-link/", server.password_link, name="password_link"),
    path("server/people/<int:user_id>/deactivate/", server.deactivate, name="deactivate"),
    path("server/people/<int:user_id>/reactivate/", server.reactivate, name="reactivate"),
    path("p/<slug:slug>/", project.overview, name="overview"),
    path("p/<slug:slug>/settings/", project.settings, name="settings"),
    path("p/<slug:slug>/settings/close/", project.close, name="close"),
    path("p/<slug:slug>/settings/reopen/", project.reopen, name="reopen"),
    path("p/<slug:slug>/settings/retire/", project.retire, name="retire"),
    path("p/<slug:slug>/audit/", project.audit, name="audit"),
    path("p/<slug:slug>/leave/", people.leave, name="leave"),
    path("p/<slug:slug>/people/", people.people, name="people"),
    path("p/<slug:slug>/people/<int:user_id>/", people.member, name="member"),
    path("p/<slug:slug>/people/<int:user_id>/remove/", people.remove, name="remove_member"),
    path(
        "p/<slug:slug>/people/invitations/<int:invitation_id>/revoke/",
        people.take_back_invitation,
        name="revoke_invitation",
    ),
]
