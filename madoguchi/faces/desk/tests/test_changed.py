"""The questions change while a clerk is taking an application in."""

from madoguchi.engines.procedures.models import Case
from madoguchi.engines.procedures.tests.newer import republish

from .test_receiving import begin, everything


def test_a_clerk_is_shown_what_changed_and_receives_once_it_is_asked(sato):
    entry = begin(sato)["Location"]
    sato.browser.post(entry, {**everything(), "then": "keep"})
    newer = republish()

    shown = sato.browser.get(entry).text
    assert "変わったところ" in shown and "病院の名前" in shown
    refused = sato.browser.post(entry, {"event:value": "other", "then": "confirmed"})
    assert refused.status_code == 409 and not Case.objects.exists()
    sato.browser.post(entry, {"hospital:value": "見本病院", "event:value": "other", "then": "seen"})
    sato.browser.post(entry, {"then": "confirmed"})

    assert Case.objects.get().definition == newer
