"""Addresses of the counter."""

from django.urls import path

from lodemark_office.doors.counter import agreements, applying, cases, events, exposure, findings, home, licences

urlpatterns = [
    path("", home.home),
    path("standing/", home.standing),
    path("applications/new/", applying.new),
    path("applications/<str:reference>/", applying.filed),
    path("cases/<str:reference>/", cases.tracked),
    path("appeals/<str:reference>/", cases.appeal),
    path("licences/<str:reference>/", licences.licence),
    path("licences/<str:reference>/papers/", licences.issue),
    path("licences/<str:reference>/papers/<str:form>", licences.paper),
    path("agreements/<str:reference>/", agreements.agreement),
    path("findings/<str:reference>/", findings.finding),
    path("events/", events.events),
    path("exposure/", exposure.what_stops),
]
