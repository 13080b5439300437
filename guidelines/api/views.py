"""REST: read, draft, publish and compare guideline versions."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Scope
from guidelines import queries
from guidelines.actions.discard_draft import discard_draft
from guidelines.actions.open_draft import open_draft
from guidelines.actions.publish import publish
from guidelines.actions.rebase_draft import rebase_draft
from guidelines.actions.save_draft import save_draft
from guidelines.api import serializers as shapes
from guidelines.change_board import change_board
from guidelines.content import Content
from guidelines.label_schema import rule_document
from guidelines.markdown_export import version_as_markdown
from guidelines.models import GuidelineVersion
from projects.access import has_permission
from projects.api.base import ProjectAPIView
from projects.roles import Permission

TAGS = ["guideline"]
MAY_READ = (Permission.VIEW_GUIDELINE, Scope.READ)
MAY_EDIT = (Permission.EDIT_GUIDELINE, Scope.WRITE)


class GuidelineAPIView(ProjectAPIView):
    """Drafts are there for those who may edit; for all others they do not exist."""

    @property
    def with_drafts(self) -> bool:
        return has_permission(self.membership, Permission.EDIT_GUIDELINE)

    def version(self, number: int) -> GuidelineVersion:
        return queries.version_by_number(self.project, number, with_drafts=self.with_drafts)


class CurrentView(GuidelineAPIView):
    """The version that holds now."""

    rules: ClassVar = {"GET": MAY_READ}

    @extend_schema(responses=shapes.VersionOutput, operation_id="guideline_current", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """The latest published version; 404 before the first."""
        version = queries.published_versions(self.project).first()
        if version is None:
            raise Http404(_("This project has no published guideline yet."))
        return Response(shapes.VersionOutput(version).data)


class VersionsView(GuidelineAPIView):
    """All versions."""

    rules: ClassVar = {"GET": MAY_READ, "POST": MAY_EDIT}

    @extend_schema(responses=shapes.VersionsOutput, operation_id="guideline_versions", tags=TAGS)
    def get(self, request: Request, project_id: int) -> Response:
        """Newest first; drafts only for those who may edit them."""
        find = queries.versions if self.with_drafts else queries.published_versions
        rows = find(self.project).defer("prose", "document")
        return Response(shapes.VersionsOutput({"results": rows}).data)

    @extend_schema(
        request=shapes.NewDraftInput,
        responses={201: shapes.VersionOutput, 200: shapes.VersionOutput},
        operation_id="guideline_draft",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int) -> Response:
        """Start a draft from the content given, or, without content, from the current version.

        Without content the draft at work is returned with 200 if there is one; with content that
        is a conflict (409).
        """
        wanted = shapes.NewDraftInput.validated(request.data)
        now = timezone.now()
        settings = {name: wanted.pop(name) for name in ("changes", "based_on")}
        content = Content(**wanted) if "title" in wanted else None
        draft = open_draft(
            project=self.project, by=self.person, now=now, content=content, **settings
        )
        return _answer(draft, status=201 if draft.created_at == now else 200)


class VersionView(GuidelineAPIView):
    """One version."""

    rules: ClassVar = {"GET": MAY_READ, "PUT": MAY_EDIT, "DELETE": MAY_EDIT}

    @extend_schema(responses=shapes.VersionOutput, operation_id="guideline_version", tags=TAGS)
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """The whole content."""
        return _answer(self.version(number))

    @extend_schema(
        request=shapes.DraftInput,
        responses=shapes.VersionOutput,
        operation_id="guideline_draft_save",
        tags=TAGS,
    )
    def put(self, request: Request, project_id: int, number: int) -> Response:
        """Save the draft. 409 with the stored text if somebody saved after `revision`.

        Errors inside the document are keyed by their path, such as `questions[0].choices[1].key`,
        those inside the decisions as well: `changes.fates[intent.refund].into`. Without `changes`
        the decisions stay as they are.
        """
        wanted = shapes.DraftInput.validated(request.data)
        draft = save_draft(
            version=self.version(number),
            expected_revision=wanted.pop("revision"),
            by=self.person,
            now=timezone.now(),
            **wanted,
        )
        return _answer(draft)

    @extend_schema(
        parameters=[shapes.DiscardInput],
        responses={204: None},
        operation_id="guideline_draft_discard",
        tags=TAGS,
    )
    def delete(self, request: Request, project_id: int, number: int) -> Response:
        """Discard the draft. A published version answers 409."""
        wanted = shapes.DiscardInput.validated(request.query_params)
        discard_draft(
            version=self.version(number),
            expected_revision=wanted["revision"],
            by=self.person,
            now=timezone.now(),
        )
        return Response(status=204)


class PublishView(GuidelineAPIView):
    """Publishing."""

    rules: ClassVar = {"POST": (Permission.PUBLISH_GUIDELINE, Scope.WRITE)}

    @extend_schema(
        request=shapes.PublishInput,
        responses=shapes.VersionOutput,
        operation_id="guideline_publish",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """Freeze the draft for ever; new labels are made under it from then on.

        What changed without a decision has the class proposed. 409 `based_on_old` if another
        version was published since the draft was begun: rebase it, look, and publish again.
        """
        wanted = shapes.PublishInput.validated(request.data)
        version = publish(
            version=self.version(number),
            change_note=wanted["change_note"],
            expected_revision=wanted["revision"],
            by=self.person,
            now=timezone.now(),
        )
        return _answer(version)


class RebaseView(GuidelineAPIView):
    """Putting a draft on top of the current version."""

    rules: ClassVar = {"POST": MAY_EDIT}

    @extend_schema(
        request=shapes.RebaseInput,
        responses=shapes.VersionOutput,
        operation_id="guideline_draft_rebase",
        tags=TAGS,
    )
    def post(self, request: Request, project_id: int, number: int) -> Response:
        """The draft keeps its text and is compared with the current version from then on."""
        wanted = shapes.RebaseInput.validated(request.data)
        draft = rebase_draft(
            version=self.version(number),
            expected_revision=wanted["revision"],
            by=self.person,
            now=timezone.now(),
        )
        return _answer(draft)


class ChangesView(GuidelineAPIView):
    """What a version changes, and what that means."""

    rules: ClassVar = {"GET": MAY_READ}

    @extend_schema(responses=shapes.ChangesOutput, operation_id="guideline_changes", tags=TAGS)
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """Each change with its word differences, the class proposed and the class decided."""
        board = change_board(self.version(number))
        return Response(shapes.ChangesOutput(board).data)


class RulesView(GuidelineAPIView):
    """The rules of one version."""

    rules: ClassVar = {"GET": MAY_READ}

    @extend_schema(responses=shapes.RulesOutput, operation_id="guideline_rules", tags=TAGS)
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """All rules, as in the document of the version."""
        rules = [rule_document(rule) for rule in queries.schema_of(self.version(number)).rules]
        return Response({"results": rules})


class RuleView(GuidelineAPIView):
    """One rule of one version."""

    rules: ClassVar = {"GET": MAY_READ}

    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="guideline_rule", tags=TAGS)
    def get(self, request: Request, project_id: int, number: int, rule: int) -> Response:
        """The rule as in the document; its page is /guideline/v/<number>/#R<rule>."""
        return Response(rule_document(queries.rule_by_number(self.version(number), rule)))


class DiffView(GuidelineAPIView):
    """Two versions compared."""

    rules: ClassVar = {"GET": MAY_READ}

    @extend_schema(responses=shapes.DiffOutput, operation_id="guideline_diff", tags=TAGS)
    def get(self, request: Request, project_id: int, before: int, after: int) -> Response:
        """What `after` changes: prose by words, questions and choices by key, rules by number."""
        diff = queries.diff_of(self.version(before), self.version(after))
        answer = {"before": before, "after": after, **diff.as_json()}
        return Response(shapes.DiffOutput(answer).data)


class MarkdownRenderer(BaseRenderer):
    """Text as it is; an error as its message."""

    media_type = "text/markdown"
    format = "markdown"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        text = data if isinstance(data, str) else data.get("message", "")
        return str(text).encode()


class MarkdownView(GuidelineAPIView):
    """One version as a Markdown file."""

    rules: ClassVar = {"GET": MAY_READ}
    renderer_classes = (MarkdownRenderer, JSONRenderer)

    @extend_schema(
        parameters=[shapes.MarkdownInput],
        responses={(200, "text/markdown"): OpenApiTypes.STR},
        operation_id="guideline_markdown",
        tags=TAGS,
    )
    def get(self, request: Request, project_id: int, number: int) -> Response:
        """Title, prose, questions and rules for reading; the JSON form is the lossless one."""
        wanted = shapes.MarkdownInput.validated(request.query_params)
        language = wanted.get("language") or get_language() or "en"
        return Response(version_as_markdown(self.version(number), language))


def _answer(version: GuidelineVersion, status: int = 200) -> Response:
    return Response(shapes.VersionOutput(version).data, status=status)
