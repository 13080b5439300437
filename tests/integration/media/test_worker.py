"""Archives by a real worker."""

import pytest

from core.models import Job
from media.actions.start_arrival import start_zip
from media.models import MediaFile
from tests.factories import media as files

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def storage(settings):
    """The worker reads where its own settings say, so archives go there."""
    return settings.MEDIA_ROOT


def start(who, contents):
    return start_zip(upload=files.an_upload(files.archive(contents), "scans.zip"), **who)


def test_worker_stores_all_of_an_archive_or_nothing(live_worker, who):
    good = start(who, {"1.png": files.image(), "2.wav": files.wav(), "3.pdf": files.pdf()})
    bad = start(who, {"4.png": files.image(color="red"), "5.svg": b"<svg/>"})

    def finished():
        return not Job.objects.unfinished().exists()

    live_worker.wait_until(finished, what="both archives")

    states = {job.pk: job.state for job in Job.objects.all()}
    assert (states[good.job_id], states[bad.job_id]) == ("done", "failed")
    assert sorted(MediaFile.objects.values_list("name", flat=True)) == ["1.png", "2.wav", "3.pdf"]
    (error,) = Job.objects.get(pk=bad.job_id).error
    assert "“5.svg” is an SVG drawing" in error["message"]
