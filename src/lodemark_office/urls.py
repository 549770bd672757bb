"""All addresses of the office, by door."""

from django.urls import include, path

urlpatterns = [
    path("", include("lodemark_office.doors.public.urls")),
    path("counter/", include("lodemark_office.doors.counter.urls")),
    path("desk/", include("lodemark_office.doors.desk.urls")),
    path("gate/", include("lodemark_office.doors.gate.urls")),
    path("inspectorate/", include("lodemark_office.doors.inspectorate.urls")),
    path("api/", include("lodemark_office.api.urls")),
    path("epcis/v2/", include("lodemark_office.api.epcis.urls")),
]
handler404 = "lodemark_office.doors.parts.trouble.not_found"
handler500 = "lodemark_office.doors.parts.trouble.failed"
