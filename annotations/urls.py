"""HTML: the labeling screen under w/, the items of a project under p/."""

from django.urls import path

from annotations.views import (
    beside,
    checks,
    items,
    labeling,
    media,
    names,
    preview,
    questions,
    threads,
    training,
)

app_name = "annotations"

urlpatterns = [
    path("w/<slug:slug>/", labeling.label, name="label"),
    path("w/<slug:slug>/next/", labeling.next_items, name="next"),
    path("w/<slug:slug>/outbox/", labeling.outbox, name="outbox"),
    path("w/<slug:slug>/submit/<int:assignment>/", labeling.submit, name="submit"),
    path("w/<slug:slug>/drafts/<int:assignment>/", beside.draft, name="draft"),
    path("w/<slug:slug>/flags/", beside.flags, name="flags"),
    path("w/<slug:slug>/history/", beside.history, name="history"),
    path("w/<slug:slug>/history/<uuid:annotation>/", beside.history_item, name="history_item"),
    path("w/<slug:slug>/return/", beside.give_back, name="return"),
    path("w/<slug:slug>/returned/", beside.returned, name="returned"),
    path("w/<slug:slug>/training/", training.training, name="training"),
    path("w/<slug:slug>/paused/", checks.paused, name="paused"),
    path("p/<slug:slug>/questions/", threads.threads, name="threads"),
    path("p/<slug:slug>/questions/inbox/", questions.inbox, name="inbox"),
    path("p/<slug:slug>/questions/mine/", questions.mine, name="my_questions"),
    path("p/<slug:slug>/questions/<int:pk>/", questions.question, name="question"),
    path("p/<slug:slug>/questions/rule/<int:number>/", questions.of_rule, name="rule_questions"),
    path("p/<slug:slug>/questions/unread/", threads.unread, name="unread_threads"),
    path("p/<slug:slug>/questions/read/", threads.read, name="read_threads"),
    path("p/<slug:slug>/questions/<int:pk>/comments/", threads.comment, name="comment"),
    path("p/<slug:slug>/items/<int:pk>/threads/", threads.begin, name="begin_thread"),
    path("p/<slug:slug>/training/", training.overview, name="trainees"),
    path("p/<slug:slug>/training/gold/<int:pk>/retire/", training.retire, name="retire_gold"),
    path("p/<slug:slug>/items/<int:pk>/gold/", training.gold, name="gold"),
    path("p/<slug:slug>/items/<int:pk>/names/", names.show, name="show_names"),
    path("p/<slug:slug>/items/<int:pk>/gap/", questions.gap, name="gap"),
    path("p/<slug:slug>/screen/", preview.preview, name="preview"),
    path("p/<slug:slug>/media/<int:pk>/", media.media, name="media"),
    path("p/<slug:slug>/media/<int:pk>/thumbnail/", media.thumbnail, name="media_thumbnail"),
    path("p/<slug:slug>/media/<int:pk>/pages/<int:number>/", media.page, name="media_page"),
    path("p/<slug:slug>/media/items/", media.make_items, name="media_items"),
    path("p/<slug:slug>/items/", items.items, name="items"),
    path("p/<slug:slug>/items/<int:pk>/", items.item, name="item"),
]
