"""The guideline's pages, under /p/<slug>/guideline/."""

from django.urls import path

from guidelines.views import changes, drafts, due, reading

app_name = "guidelines"

urlpatterns = [
    path("", reading.current, name="current"),
    path("versions/", reading.versions, name="versions"),
    path("v/<int:number>/", reading.version, name="version"),
    path("diff/", reading.compare, name="compare"),
    path("diff/<int:before>..<int:after>/", reading.diff, name="diff"),
    path("draft/", drafts.start, name="start_draft"),
    path("reading/", due.reading, name="reading"),
    path("reading/quiz/", due.quiz, name="quiz"),
    path("readers/", due.readers, name="readers"),
    path("edit/", drafts.edit, name="edit"),
    path("edit/changes/", changes.changes, name="changes"),
    path("edit/rebase/", changes.rebase, name="rebase"),
    path("edit/preview/", drafts.preview, name="preview"),
    path("edit/publish/", drafts.publish, name="publish"),
    path("v/<int:number>/published/", drafts.published, name="published"),
    path("edit/discard/", drafts.discard, name="discard"),
]
