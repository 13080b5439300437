"""Pages of the quality app, under /p/<slug>/quality/."""

from django.urls import path

from quality.views import (
    adjudication,
    adjudication_decisions,
    agreement,
    costs,
    resolutions,
    review,
    review_figures,
)

app_name = "quality"

urlpatterns = [
    path("", agreement.show, name="dashboard"),
    path("agreement/start/", agreement.start, name="start_agreement"),
    path("agreement/<int:pk>/progress/", agreement.progress, name="progress"),
    path("disputed/", agreement.disputed, name="disputed"),
    path("adjudicate/", adjudication.waiting, name="adjudicate"),
    path("adjudicate/next/", adjudication.next_case, name="adjudicate_next"),
    path("adjudicate/<int:pk>/", adjudication.adjudication, name="adjudication"),
    path("adjudicate/<int:pk>/names/", adjudication.names, name="adjudication_names"),
    path("adjudicate/<int:pk>/undo/", adjudication.undo, name="adjudication_undo"),
    path("adjudicate/<int:pk>/gap/", adjudication.gap, name="adjudication_gap"),
    path("decisions/", adjudication_decisions.decisions, name="decisions"),
    path("decisions/reasons/", adjudication_decisions.reasons, name="decision_reasons"),
    path("review/", review.waiting, name="review"),
    path("review/next/", review.next_answer, name="review_next"),
    path("review/<uuid:pk>/", review.review, name="review_answer"),
    path("review/done/", review_figures.reviews, name="reviews"),
    path("review/figures/", review_figures.figures, name="review_figures"),
    path("review/settings/", review_figures.settings, name="review_settings"),
    path("resolutions/", resolutions.runs, name="resolutions"),
    path("resolutions/new/", resolutions.new, name="new_resolution"),
    path("resolutions/<int:pk>/", resolutions.detail, name="resolution"),
    path("resolutions/<int:pk>/progress/", resolutions.progress, name="resolution_progress"),
    path("resolutions/<int:pk>/again/", resolutions.again, name="resolution_again"),
    path("resolutions/<int:pk>/check/", resolutions.check, name="resolution_check"),
    path(
        "resolutions/<int:pk>/check/progress/",
        resolutions.check_progress,
        name="resolution_check_progress",
    ),
    path("resolutions/<int:pk>/items/<int:item_id>/", resolutions.item, name="resolution_item"),
    path("resolutions/<int:pk>/compare/<int:other>/", resolutions.compare, name="comparison"),
    path(
        "resolutions/<int:pk>/compare/<int:other>/differences.csv",
        resolutions.compare_file,
        name="comparison_file",
    ),
    path("costs/<slug:question>/", costs.costs, name="costs"),
]
