"""What is said in a thread after the flag that began it. Append-only, but for who has read what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from annotations.models.flag import Flag
from projects.models import Project


class CommentKind(models.TextChoices):
    """A reply leaves the state of the thread as it is."""

    REPLY = "reply", _("Reply")
    RESOLVE = "resolve", _("Resolved")
    REOPEN = "reopen", _("Opened again")


class Comment(models.Model):
    """One entry of a thread. `asked`: whom it is meant for. `internal`: not for annotators.

    `project` repeats the thread's (a trigger checks it).
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    thread = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="comments")
    kind = models.CharField(
        max_length=7, choices=CommentKind.choices, default=CommentKind.REPLY, db_default="reply"
    )
    text = models.TextField(blank=True)
    asked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    internal = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(kind="reply") | ~models.Q(text=""),
                name="comment_reply_says_something",
            ),
        )
        indexes = (models.Index(fields=["project", "created_at"], name="comment_by_project"),)

    def __str__(self) -> str:
        return self.text[:60] or str(self.kind)


class ThreadRead(models.Model):
    """Up to when a person has read a thread. The only thing about threads that changes."""

    thread = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["thread", "person"], name="threadread_once_per_person"),
        )

    def __str__(self) -> str:
        return f"{self.person_id} read {self.thread_id}"
