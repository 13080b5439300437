"""REST routes of projects, below /api/v1/."""

from django.urls import path

from projects.api import views

app_name = "projects-api"

urlpatterns = [
    path("me/", views.MeView.as_view(), name="me"),
    path("projects/", views.ProjectsView.as_view(), name="projects"),
    path("projects/<int:project_id>/", views.ProjectView.as_view(), name="project"),
    path("projects/<int:project_id>/members/", views.MembersView.as_view(), name="members"),
    path(
        "projects/<int:project_id>/members/<int:user_id>/",
        views.MemberView.as_view(),
        name="member",
    ),
    path(
        "projects/<int:project_id>/invitations/",
        views.InvitationsView.as_view(),
        name="invitations",
    ),
    path(
        "projects/<int:project_id>/invitations/<int:invitation_id>/",
        views.InvitationView.as_view(),
        name="invitation",
    ),
]
