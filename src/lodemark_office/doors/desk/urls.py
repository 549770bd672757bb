"""Addresses of the desk."""

from django.urls import path

from lodemark_office.doors.desk import (
    advice,
    agreements,
    appeals,
    applications,
    cases,
    documents,
    endings,
    findings,
    licences,
    parties,
    queue,
    sealed,
)

urlpatterns = [
    path("", queue.queue),
    path("applications/<str:reference>/", applications.application),
    path("applications/<str:reference>/documents/<str:document>/", documents.of_application),
    path("cases/<str:reference>/", cases.case),
    path("cases/<str:reference>/documents/<str:document>/", documents.of_case),
    path("invitations/<str:reference>/", sealed.part),
    path("consultations/", advice.consultations),
    path("consultations/<str:reference>/", advice.consultation),
    path("licences/<str:reference>/", licences.licence),
    path("licences/<str:reference>/end/", endings.begin),
    path("proceedings/<str:reference>/", endings.proceeding),
    path("agreements/<str:reference>/", agreements.agreement),
    path("findings/<str:reference>/", findings.finding),
    path("appeals/<str:reference>/", appeals.appeal),
    path("lists/", parties.lists),
    path("parties/<str:party_id>/", parties.party),
]
