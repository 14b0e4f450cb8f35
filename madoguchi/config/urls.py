"""Which faces this installation runs, and under which address."""

from django.conf import settings
from django.urls import include, path

_DOORS = {
    "portal": ("", "madoguchi.faces.portal.urls"),
    "desk": ("desk/", "madoguchi.faces.desk.urls"),
    "kiosk": ("kiosk/", "madoguchi.faces.kiosk.urls"),
    "api": ("api/v1/", "madoguchi.faces.api.urls"),
}
# The API's second door stands where the standards look for it.
_OAUTH = [path("", include("madoguchi.faces.api.oauth.urls"))]

handler400 = "madoguchi.faces.shared.hardening.bad_request"
handler404 = "madoguchi.faces.shared.views.not_found"
handler500 = "madoguchi.faces.shared.views.our_fault"

urlpatterns = [
    path("", include("madoguchi.faces.shared.urls")),
    *(path(prefix, include(urls)) for face, (prefix, urls) in _DOORS.items() if face in settings.FACES),
    *(_OAUTH if "api" in settings.FACES else []),
]
