"""Addresses of the desk."""

from django.urls import path

from lodemark_office.doors.desk import agreements, appeals, applications, cases, findings, licences, parties, queue

urlpatterns = [
    path("", queue.queue),
    path("applications/<str:reference>/", applications.application),
    path("cases/<str:reference>/", cases.case),
    path("licences/<str:reference>/", licences.licence),
    path("agreements/<str:reference>/", agreements.agreement),
    path("findings/<str:reference>/", findings.finding),
    path("appeals/<str:reference>/", appeals.appeal),
    path("lists/", parties.lists),
    path("parties/<str:party_id>/", parties.party),
]
