"""A client generated from our document runs the whole errand, as a stranger's program would."""

import importlib
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from madoguchi.engines.procedures import procedure, services
from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests import make
from madoguchi.faces.api.v1 import api
from madoguchi.kernel import jobs

from .conftest import AWAY, KEY, token_for
from .test_repeating import PICTURE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def generated(tmp_path: Path, monkeypatch):
    """The package openapi-python-client makes of our document."""
    document, package = tmp_path / "openapi.json", tmp_path / "made"
    document.write_text(json.dumps(api.get_openapi_schema()), encoding="utf-8")
    config = tmp_path / "config.yaml"
    config.write_text("post_hooks: []\npackage_name_override: madoguchi_client\n")
    run = subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate", "--path", str(document), "--config", str(config),
            "--output-path", str(package), "--meta", "none", "--fail-on-warning",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    (tmp_path / "madoguchi_client").symlink_to(package)
    monkeypatch.syspath_prepend(str(tmp_path))
    return lambda name: importlib.import_module(f"madoguchi_client.{name}")


def test_a_generated_client_runs_the_whole_errand(generated, live_server):
    make.publish_canonical()
    aoi, sato, ogawa = make.resident("aoi"), make.clerk("sato"), make.head("ogawa")
    models, types = generated("models"), generated("types")
    client = generated("client").AuthenticatedClient(
        base_url=live_server.url,
        token=token_for(aoi),
        raise_on_unexpected_status=True,
        timeout=httpx.Timeout(60),
    )
    with client:
        run_errand(generated, client, models, types, live_server.url, sato, ogawa)


def run_errand(generated, client, models, types, address, sato, ogawa):

    def call(name, *path, body=None):
        tag = name.partition("_")[0]
        folder = {"procedure": "procedures", "draft": "drafts", "case": "cases", "correction": "corrections"}[
            tag
        ]
        module = generated(f"api.{folder}.{name}")
        more = {} if body is None else {"body": body}
        if name.split("_")[1] not in {"form", "read", "list"}:
            more["idempotency_key"] = str(uuid4())
        answer = module.sync_detailed(*path, client=client, **more)
        assert answer.status_code < 300, answer.content.decode()
        return answer.parsed

    # describe
    told = call("procedure_form", KEY)
    assert told.version == procedure.current(KEY)[0].version

    # draft, three saves
    draft = call("draft_begin", body=models.DraftBegin(procedure=KEY))
    for part in (
        {"applicant": AWAY["applicant"]},
        {name: AWAY[name] for name in ("event", "event_on", "works_as_public_servant")},
        {name: AWAY[name] for name in ("children", "account")},
    ):
        body = models.AnswersIn(answers=models.AnswersInAnswers.from_dict(part))
        draft = call("draft_answer", draft.id, body=body)
    assert draft.left == 0

    # two files; the rest comes later
    document = draft.documents[0].id
    for name in ("front.png", "back.png"):
        file = types.File(payload=BytesIO(PICTURE), file_name=name, mime_type="image/png")
        paper = call("draft_attach", draft.id, document, body=_multipart(models)(file=file))
    assert len(paper.files) == 2
    for later in draft.documents[1:]:
        way = models.PaperWay(way=models.PaperWayWay.LATER)
        call("draft_paper_way", draft.id, later.id, body=way)

    # submit
    receipt = call("draft_submit", draft.id).receipt

    # staff return it
    case = make.at(Case.objects.get(receipt=receipt), "checking", sato=sato)
    services.ask_correction(
        case=case, items={"event_on": "日付を確かめてください。"}, by=sato, seen=case.version
    )
    assert call("case_read", receipt).wants_answer == 1

    # correct
    opened = call("correction_read", receipt)
    assert [place.path for place in opened.places] == ["event_on"]
    answers = models.CorrectionInAnswers.from_dict({"event_on": "2026-11-02"})
    saved = call("correction_save", receipt, body=models.CorrectionIn(answers=answers))
    assert saved.places[0].is_ready
    corrected = call("correction_submit", receipt)
    assert corrected.wants_answer == 0

    # decided and sent by two people; the resident follows
    case = Case.objects.get(receipt=receipt)
    for item in case.corrections.get().items.all():
        services.confirm_item(case=case, item_id=str(item.pk), by=sato)
    case.refresh_from_db()
    for paper in {row.document for row in case.draft.attachments.filter(way="later")}:
        services.paper_arrived(case=case, document=paper, by=sato)
    case.refresh_from_db()
    case = services.advance(case=case, to="deciding", by=sato, seen=case.version)
    services.decide(case=case, outcome="granted", by=ogawa, seen=case.version)
    jobs.run_due(kinds=("procedures.letter",))
    services.record_letter_opened(case=case, by=sato)
    services.check_and_send(case=Case.objects.get(pk=case.pk), by=sato)

    end = call("case_read", receipt)
    assert (end.is_over, end.decision.outcome) == (True, "granted")
    letter = httpx.get(
        f"{address}/api/v1/cases/{receipt}/files/{end.decision.letter.id}",
        headers={"Authorization": f"Bearer {client.token}"},
    )
    assert letter.content.startswith(b"%PDF")


def _multipart(models):
    return next(
        getattr(models, name) for name in dir(models) if "ultiPart" in name or name.startswith("DraftAttach")
    )
