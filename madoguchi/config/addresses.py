"""Where things are shown: which route of which face answers for what the engines only know by name."""

# Which face shows what (kernel.links). A house test compares this with the real routes.
LINKS = {
    "procedures:case": {"portal": "portal:procedures:case", "desk": "desk:procedures:case"},
    "procedures:procedure": {"portal": "portal:procedures:procedure"},
    "forms:draft": {"portal": "portal:procedures:draft"},
    "records:registration": {"portal": "portal:records:registration", "desk": "desk:records:registration"},
    "records:loan": {"desk": "desk:records:loan"},
    "records:story": {"portal": "portal:records:story", "desk": "desk:records:story"},
    "booking:booking_area": {"portal": "portal:booking:area"},
    "booking:booking": {"portal": "portal:booking:booking", "desk": "desk:booking:booking"},
    "knowledge:page": {"portal": "portal:knowledge:page"},
    "directory:division": {"portal": "portal:directory:division"},
    "plan:item": {"portal": "portal:plan:item"},
    "plan:report": {"portal": "portal:plan:report", "desk": "desk:plan:handed"},
    "councils:meeting": {"portal": "portal:councils:meeting", "desk": "desk:councils:meeting"},
    "approvals:request": {"desk": "desk:approvals:request"},
    "consultation:answer": {"desk": "desk:consultation:answer"},
    "consultation:call": {"portal": "portal:opinions:call"},
    "consultation:opinion": {"portal": "portal:opinions:permanent"},
    "lottery:entry": {"portal": "portal:draws:entry", "desk": "desk:draws:entry"},
    "queue:desk": {"desk": "desk:queue:console"},
    "queue:slip": {"portal": "portal:queue:ticket"},
    "messaging:message": {"portal": "portal:messaging:message"},
    "identity:not_me": {"portal": "portal:account:not_me"},
}
# Pages that plan items name as `page:…`: they run where their face runs (engines.plan.running).
PAGES = {
    "account": "portal:account:settings",
    "agents": "portal:agents:list",
    "bookings": "portal:booking:areas",
    "draws": "portal:draws:list",
    "divisions": "portal:directory:divisions",
    "lessons": "portal:lessons:index",
    "opinions": "portal:opinions:index",
    "plan": "portal:plan:overview",
    "queue": "portal:queue:board",
    "queue_guide": "portal:queue:guide",
    "registrations": "portal:records:mine",
    "stories": "portal:records:stories",
    "things": "portal:records:things",
}
