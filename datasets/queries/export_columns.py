"""What the rows of an export say, column by column: name and SQL, in the order of the file."""

Column = tuple[str, str]

ITEM: tuple[Column, ...] = (
    ("item_id", "item.id"),
    ("external_id", "item.external_id"),
)
# Consent may be the reason why an item was withdrawn: its content does not leave any more.
CONTENT: tuple[Column, ...] = (
    ("payload", "CASE WHEN item.withdrawn_at IS NULL THEN item.payload END"),
    ("metadata", "CASE WHEN item.withdrawn_at IS NULL THEN item.metadata END"),
)
TEXT: tuple[Column, ...] = (
    ("text", "CASE WHEN item.withdrawn_at IS NULL THEN item.payload ->> 'text' END"),
)
LABEL: tuple[Column, ...] = (
    ("question", "question.key"),
    ("value", "label.value"),
    ("choice", "choice.key"),
    ("annotation_id", "annotation.id"),
    ("kind", "annotation.kind"),
    ("supersedes", "annotation.supersedes_id"),
    ("is_current", "(successor.id IS NULL)"),
    ("skip_reason", "nullif(annotation.reason, '')"),
    ("comment", "nullif(annotation.comment, '')"),
    ("source_kind", "source.kind"),
    ("annotator", "coalesce(person.name, rater.name)"),
    ("rater_id", "rater.id"),
    ("source_id", "source.id"),
    ("source_version", "nullif(source.version, '')"),
    ("user_id", "source.person_id"),
    ("guideline_version", "version.number"),
    ("guideline_hash", "version.content_hash"),
    ("slot", "assignment.slot"),
    ("round", "assignment.round"),
    ("served_at", "assignment.leased_at"),
    ("started_at", "annotation.started_at"),
    ("submitted_at", "annotation.submitted_at"),
    ("created_at", "annotation.created_at"),
    ("active_ms", "annotation.active_ms"),
    ("tool", "annotation.tool"),
    ("review", "review.verdict"),
    ("reviewed_value", "review.values -> question.key"),
    ("reviewed_by", "checker.name"),
    ("reviewed_at", "review.created_at"),
    ("item_withdrawn_at", "item.withdrawn_at"),
)
LABEL_RESOLUTION: tuple[Column, ...] = (
    ("resolution_run", "resolution.run_id"),
    ("resolution", "resolved.key"),
    ("resolution_confidence", "resolution.confidence"),
    ("resolution_posterior", "resolution.posterior"),
)
# `value` and `choice` are what stands: a person's decision, else that of the run. `run_value` is
# what the run said where a person said something.
RESOLVED: tuple[Column, ...] = (
    ("question", "question.key"),
    (
        "value",
        "CASE WHEN adjudication.id IS NULL THEN resolution.value ELSE adjudication.value END",
    ),
    ("choice", "choice.key"),
    ("confidence", "resolution.confidence"),
    ("posterior", "resolution.posterior"),
    ("entropy", "resolution.entropy"),
    ("margin", "resolution.margin"),
    ("estimate", "resolution.estimate"),
    ("deviation", "resolution.deviation"),
    ("expected_cost", "resolution.expected_cost"),
    ("undecided", "nullif(resolution.undecided, '')"),
    ("n_labels", "resolution.n_labels"),
    ("run", "run.id"),
    ("run_value", "CASE WHEN adjudication.id IS NOT NULL THEN resolution.value END"),
    ("verdict", "adjudication.verdict"),
    ("adjudicated_by", "reviewer.name"),
    ("adjudicated_at", "adjudication.created_at"),
    ("method", "run.method"),
    ("method_version", "run.method_version"),
    ("seed", "run.seed"),
    ("inputs_digest", "run.inputs_digest"),
    ("computed_at", "run.computed_at"),
    ("guideline_version", "version.number"),
    ("item_withdrawn_at", "item.withdrawn_at"),
)

TIMES = frozenset(
    {"served_at", "started_at", "submitted_at", "created_at", "computed_at", "item_withdrawn_at"}
    | {"adjudicated_at", "reviewed_at"},
)
EVERY_NAME = frozenset(
    name
    for columns in (ITEM, CONTENT, TEXT, LABEL, LABEL_RESOLUTION, RESOLVED)
    for name, _sql in columns
)


def as_text(name: str, sql: str) -> str:
    """The column as the text of a CSV field; times as ISO 8601 in UTC."""
    if name in TIMES:
        return f"replace(({sql} AT TIME ZONE 'UTC')::text, ' ', 'T') || '+00:00'"
    return f"({sql})::text"
