"""Threads: who reads what, replies, resolving and reopening, what is new; through both doors."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from annotations.actions.answer_flag import answer_flag
from annotations.actions.comment import comment_on
from annotations.actions.comment_send_back import send_back
from annotations.actions.flag_item import flag_item
from annotations.models import (
    Annotation,
    Comment,
    CommentKind,
    Flag,
    FlagDecision,
    FlagKind,
    ThreadRead,
)
from annotations.queries.comments import (
    ThreadFilter,
    count_unread,
    sent_back_to,
    thread_of,
    thread_page,
    threads_on,
)
from projects.models import Membership
from tests.factories.annotations import ItemFactory, answered, leased
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db


def member(project, user):
    return Membership.objects.get(project=project, user=user)


def url_of(name, project, *more):
    return reverse(f"annotations:{name}", args=[project.slug, *more])


def api_url(project, path=""):
    return f"/api/v1/projects/{project.pk}/threads/{path}"


def thread(project, user, item, kind=FlagKind.ASK, comment="Is irony negative?", **fields):
    return flag_item(
        membership=member(project, user),
        by=user,
        item=item.pk,
        kind=kind,
        comment=comment,
        now=timezone.now(),
        **fields,
    )


def say(project, user, flag, text="", kind="reply", **fields):
    return comment_on(
        membership=member(project, user),
        thread=flag,
        text=text,
        kind=CommentKind(kind),
        now=timezone.now(),
        **fields,
    )


def is_open(project, user, flag):
    return thread_of(member(project, user), flag.pk).is_open


@pytest.fixture
def asked(project, queue, annotator):
    """Bob's question about an item that he was given."""
    leased(project, annotator)
    return thread(project, annotator, queue[0])


@pytest.fixture
def returned(project, queue, version, annotator, reviewer):
    """Bob's answer, which Rita sent back."""
    annotation = Annotation.objects.get(pk=answered(project, annotator).id)
    return send_back(
        annotation=annotation,
        version=version,
        by=reviewer,
        comment="Two targets?",
        now=timezone.now(),
    )


def test_old_questions_and_answers_read_as_threads(project, asked, lead, annotator, client_of):
    answer_flag(
        project=project,
        flag=asked,
        decision=FlagDecision.NO_CHANGE,
        reply="R1 says it.",
        by=lead,
        now=timezone.now(),
    )

    found = thread_of(member(project, annotator), asked.pk)

    assert [(entry.kind, entry.text) for entry in found.entries] == [("answer", "R1 says it.")]
    assert not found.is_open
    assert "R1 says it." in client_of(annotator).get(url_of("question", project, asked.pk)).text


def test_annotator_reads_own_threads_and_replies_alone(
    project, queue, asked, annotator, second_annotator, reviewer, client_of
):
    gap = thread(project, reviewer, queue[0], FlagKind.GAP, "Positive × 2, Negative × 1: irony?")
    note = thread(project, reviewer, queue[0], FlagKind.NOTE, "Odd item.")
    say(project, reviewer, asked, "Please look at R1.")
    say(project, reviewer, asked, "The others said Mixed.", internal=True)
    bob = client_of(annotator)

    page = bob.get(url_of("question", project, asked.pk)).text

    assert "Please look at R1." in page
    assert "The others said Mixed." not in page
    assert "The others said Mixed." in client_of(reviewer).get(
        url_of("question", project, asked.pk)
    ).text  # fmt: skip
    for hidden in (gap, note):
        assert bob.get(url_of("question", project, hidden.pk)).status_code == 404
    listed = bob.get(url_of("threads", project)).text
    assert "Is irony negative?" in listed
    assert "Odd item." not in listed
    carol = client_of(second_annotator)
    assert carol.get(url_of("question", project, asked.pk)).status_code == 404
    assert "Is irony negative?" not in carol.get(url_of("threads", project)).text


def test_reviewer_who_may_still_be_asked_does_not_read_what_gives_answers_away(
    project, queue, reviewer, lead, owner
):
    thread(project, reviewer, queue[0], FlagKind.GAP, "Positive × 2, Negative × 1: irony?")
    note = thread(project, lead, queue[0], FlagKind.NOTE, "All say Mixed.")
    rita = member(project, reviewer)
    rita.roles = ["annotator", "reviewer"]
    rita.save()

    texts = [each.flag.comment for each in threads_on(rita, queue[0].pk)]

    assert texts == ["Positive × 2, Negative × 1: irony?"]  # her own
    assert next(each.flag for each in threads_on(member(project, lead), queue[0].pk)) == note
    olga = member(project, owner)  # leads, so that gaps are hers to answer, and labels
    assert [each.flag.kind for each in threads_on(olga, queue[0].pk)] == ["gap"]


def test_thread_is_resolved_reopened_and_answered_again(project, asked, lead, annotator, reviewer):
    say(project, reviewer, asked, kind="resolve")
    assert not is_open(project, lead, asked)
    say(project, annotator, asked, "But what about sarcasm?", kind="reopen")
    assert is_open(project, lead, asked)
    answer_flag(
        project=project,
        flag=asked,
        decision=FlagDecision.NO_CHANGE,
        reply="The same.",
        by=lead,
        now=timezone.now(),
    )
    assert not is_open(project, lead, asked)
    say(project, annotator, asked, "Hm.", kind="reopen")
    assert is_open(project, lead, asked)
    assert [each.flag for each in thread_page(
        member(project, lead), ThreadFilter(state="open"), after=None)[1]] == [asked]  # fmt: skip


def test_resolved_question_leaves_the_inbox_of_the_lead(project, asked, lead, reviewer, client_of):
    client = client_of(lead)
    assert "Is irony negative?" in client.get(url_of("inbox", project)).text

    say(project, reviewer, asked, "R1.", kind="resolve")

    assert "Is irony negative?" not in client.get(url_of("inbox", project)).text
    assert "Is irony negative?" in client.get(url_of("inbox", project), {"state": "answered"}).text


def test_sent_back_answer_waits_until_it_is_answered_or_resolved(
    project, returned, annotator, reviewer, client_of
):
    assert [flag.pk for flag in sent_back_to(member(project, annotator))] == [returned.pk]
    bob = client_of(annotator)
    page = bob.get(url_of("question", project, returned.pk)).text
    assert "Answer it again" in page
    refused = bob.post(url_of("comment", project, returned.pk), {"kind": "resolve"})
    assert refused.status_code == 403

    bob.post(url_of("comment", project, returned.pk), {"kind": "reply", "text": "I meant it."})
    assert sent_back_to(member(project, annotator)).exists()
    say(project, reviewer, returned, "Fair.", kind="resolve")

    assert not sent_back_to(member(project, annotator)).exists()
    entries = thread_of(member(project, annotator), returned.pk).entries
    assert [entry.text for entry in entries] == ["I meant it.", "Fair."]


def test_own_history_leads_to_the_thread_and_back(project, returned, annotator, client_of):
    bob = client_of(annotator)
    history = url_of("history", project)

    page = bob.get(history).text

    assert f"{url_of('question', project, returned.pk)}?back={history}" in page
    shown = bob.get(url_of("question", project, returned.pk), {"back": history}).text
    assert f'href="{history}"' in shown


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/", "/p/other/", "javascript:1"]
)
def test_back_leads_nowhere_outside_the_project(project, asked, annotator, client_of, back):
    page = client_of(annotator).get(url_of("question", project, asked.pk), {"back": back}).text
    assert f'href="{back}' not in page
    sent = {"kind": "reply", "text": "x", "back": back}
    answer = client_of(annotator).post(url_of("comment", project, asked.pk), sent)
    assert answer.url == f"{url_of('question', project, asked.pk)}#reply"


def test_who_is_asked_must_be_able_to_read_it(
    project, queue, asked, annotator, second_annotator, reviewer, lead, client_of
):
    rita = client_of(reviewer)
    note = {"text": "What do you think?", "asked": second_annotator.pk}
    rita.post(url_of("begin_thread", project, queue[0].pk), note)
    assert not Flag.objects.filter(kind=FlagKind.NOTE).exists()

    rita.post(url_of("begin_thread", project, queue[0].pk), note | {"asked": lead.pk})
    assert Flag.objects.get(kind=FlagKind.NOTE).asked == lead
    mine = thread_page(member(project, lead), ThreadFilter(asked=True), after=None)[1]
    assert [each.flag.comment for each in mine] == ["What do you think?"]
    rita.post(
        url_of("comment", project, asked.pk),
        {"kind": "reply", "text": "Which part?", "asked": annotator.pk},
    )
    assert Comment.objects.get().asked == annotator


def test_comment_on_an_item_returns_to_the_page_it_was_made_on(
    project, queue, reviewer, annotator, outsider, client_of
):
    url, item = url_of("begin_thread", project, queue[0].pk), url_of("item", project, queue[0].pk)
    answer = client_of(reviewer).post(url, {"text": "Odd.", "back": item})
    assert answer.url == item
    page = client_of(reviewer).get(item).text
    assert "Odd." in page
    assert client_of(annotator).post(url, {"text": "Odd."}).status_code == 403
    assert client_of(outsider).post(url, {"text": "Odd."}).status_code == 404
    client_of(reviewer).post(url, {"text": " "})
    assert Flag.objects.count() == 1
    foreign = ItemFactory()
    gone = client_of(reviewer).post(url_of("begin_thread", project, foreign.pk), {"text": "x"})
    assert gone.status_code == 404


def test_unread_counts_what_others_say_and_concerns_the_person(
    project, asked, annotator, second_annotator, reviewer, lead
):
    def unread():
        people = (annotator, second_annotator, reviewer, lead)
        return [count_unread(member(project, person)) for person in people]

    assert unread() == [0, 0, 0, 1]
    say(project, reviewer, asked, "Please look at R1.")
    assert unread() == [1, 0, 0, 1]
    say(project, annotator, asked, "Thanks.")
    assert unread() == [0, 0, 1, 1]
    say(project, lead, asked, "Between us.", internal=True)
    assert unread() == [0, 0, 1, 0]


def test_reading_marks_a_thread_and_old_news_are_no_news(project, asked, lead, client_of):
    client = client_of(lead)
    badge = url_of("unread_threads", project)
    assert ">1<" in client.get(badge).text
    client.get(url_of("question", project, asked.pk))
    assert count_unread(member(project, lead)) == 1  # reading writes nothing

    marked = client.post(url_of("read_threads", project), {"thread": asked.pk})

    assert marked.status_code == 204
    assert client.get(badge).text.strip() == ""
    ThreadRead.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE annotations_flag SET created_at = %s", [timezone.now() - timedelta(days=31)]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert count_unread(member(project, lead)) == 0


def test_everything_is_read_at_once(project, queue, asked, lead, reviewer, client_of):
    thread(project, reviewer, queue[1], FlagKind.NOTE, "Odd.")
    assert count_unread(member(project, lead)) == 2

    client_of(lead).post(url_of("read_threads", project))

    assert count_unread(member(project, lead)) == 0


def test_list_is_filtered(project, queue, asked, reviewer, client_of):
    thread(project, reviewer, queue[1], FlagKind.NOTE, "Odd.")
    client, url = client_of(reviewer), url_of("threads", project)

    def shown(**query):
        return [each.flag.comment for each in client.get(url, query).context["threads"]]

    assert shown() == ["Odd.", "Is irony negative?"]
    assert shown(kind="ask") == ["Is irony negative?"]
    assert shown(whose="mine") == ["Odd."]
    assert shown(item=queue[0].pk) == ["Is irony negative?"]
    assert shown(state="closed") == []
    assert "No thread is like this" in client.get(url, {"state": "closed"}).text
    for bad in ({"state": "x"}, {"item": "x"}, {"after": "x"}):
        assert client.get(url, bad).status_code == 404


def test_bad_comments_store_nothing(project, asked, annotator, lead, outsider, client_of):
    url = url_of("comment", project, asked.pk)
    bob = client_of(annotator)
    for body in ({"kind": "reply"}, {"kind": "x", "text": "y"}, {"kind": "reopen", "text": "y"},
                 {"kind": "reply", "text": "y" * 2001}):  # fmt: skip
        assert bob.post(url, body).status_code == 302
    assert bob.post(url, {"kind": "reply", "text": "y", "internal": "on"}).status_code == 403
    assert client_of(outsider).post(url, {"kind": "reply", "text": "y"}).status_code == 404
    assert not Comment.objects.exists()


def test_comment_is_not_answered_by_the_guideline(
    project, queue, reviewer, lead, client_of, api_of
):
    note = thread(project, reviewer, queue[0], FlagKind.NOTE, "Odd.")
    body = {"decision": "no_change", "reply": "Yes."}

    response = client_of(lead).post(url_of("question", project, note.pk), body)

    assert response.status_code == 404
    api = f"/api/v1/projects/{project.pk}/questions/{note.pk}/"
    refused = api_of(lead).post(api, body, format="json")
    assert (refused.status_code, "decision" in refused.json()["errors"]) == (400, True)


def test_rest_reads_replies_resolves_and_marks(
    project, queue, asked, annotator, reviewer, lead, api_of
):
    api = api_of(reviewer)
    made = api.post(api_url(project), {"item": queue[1].pk, "text": "Odd."}, format="json")
    assert (made.status_code, made.json()["kind"]) == (201, "note")
    url = api_url(project, f"{asked.pk}/")
    replied = api.post(url, {"text": "R1.", "kind": "resolve"}, format="json").json()
    assert (replied["is_open"], replied["entries"][0]["kind"]) == (False, "resolve")
    assert api.post(url, {"kind": "resolve"}, format="json").status_code == 409

    bob = api_of(annotator)
    listed = bob.get(api_url(project), {"state": "all"}).json()
    assert ([each["id"] for each in listed["results"]], listed["unread"]) == ([asked.pk], 1)
    assert bob.post(f"{url}read/").json() == {"read": 1}
    assert bob.get(url).json()["is_unread"] is False


def test_rest_refuses_bad_input_other_roles_and_strangers(
    project, queue, asked, annotator, second_annotator, reviewer, outsider, api_of
):
    url = api_url(project, f"{asked.pk}/")
    begin = {"item": queue[0].pk, "text": "Odd."}
    assert api_of(annotator).post(api_url(project), begin, format="json").status_code == 403
    for person in (second_annotator, outsider):
        assert api_of(person).get(url).status_code == 404
        assert api_of(person).post(url, {"text": "x"}, format="json").status_code == 404
        assert api_of(person).post(f"{url}read/").status_code == 404
    assert api_of(outsider).get(api_url(project)).status_code == 404
    for wrong in ({"text": ""}, {"kind": "x", "text": "y"}, {"asked": outsider.pk, "text": "y"}):
        assert api_of(reviewer).post(url, wrong, format="json").status_code == 400, wrong
    for wrong in ({"text": " "}, {"item": 0}, {"asked": outsider.pk}):
        sent = api_of(reviewer).post(api_url(project), begin | wrong, format="json")
        assert sent.status_code == 400, wrong
    assert api_of(reviewer).get(api_url(project), {"state": "x"}).status_code == 400
    assert api_of(annotator, scopes=["read"]).post(url, {"text": "x"}).status_code == 403
    assert not Comment.objects.exists()


def test_database_keeps_comments_and_refuses_what_does_not_hang_together(
    project, queue, asked, returned, reviewer, annotator, second_annotator
):
    comment = say(project, reviewer, asked, "R1.")
    said = {"thread": asked, "by": reviewer, "created_at": asked.created_at}
    wrong = [
        lambda: Comment.objects.filter(pk=comment.pk).update(text="x"),
        comment.delete,
        lambda: Comment.objects.create(project=ProjectFactory(), text="x", **said),
        lambda: Comment.objects.create(project=project, text="", **said),
    ]
    fields = {
        "project": project,
        "item": returned.item,
        "version": returned.version,
        "by": reviewer,
        "kind": FlagKind.BACK,
        "comment": "x",
        "created_at": asked.created_at,
    }
    newer = {"annotation": returned.annotation}
    wrong += [
        lambda: Flag.objects.create(**fields),
        lambda: Flag.objects.create(**fields | newer | {"asked": second_annotator}),
        lambda: Flag.objects.create(**fields | newer | {"asked": annotator}),  # a second time
        lambda: Flag.objects.create(**fields | newer | {"asked": annotator, "kind": "note"}),
    ]
    for write in wrong:
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


def test_list_costs_the_same_for_any_number_of_threads(
    project, queue, reviewer, client_of, django_assert_max_num_queries
):
    client, url = client_of(reviewer), url_of("threads", project)
    for number in range(4):
        flag = thread(project, reviewer, queue[0], FlagKind.NOTE, f"Odd {number}.")
        say(project, reviewer, flag, "Yes.")
    client.get(url)
    with django_assert_max_num_queries(12):
        client.get(url)
