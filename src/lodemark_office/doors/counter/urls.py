"""Addresses of the counter."""

from django.urls import path

from lodemark_office.doors.counter import (
    agreements,
    applying,
    cases,
    documents,
    endings,
    events,
    exposure,
    findings,
    home,
    importing,
    licences,
    sealed,
)

urlpatterns = [
    path("", home.home),
    path("standing/", home.standing),
    path("applications/new/", applying.new),
    path("applications/new/invitations/", sealed.invite_new),
    path("applications/<str:reference>/invitations/", sealed.invite),
    path("invitations/<str:reference>/", sealed.invitation),
    path("disclosures/", sealed.disclosures),
    path("applications/<str:reference>/", applying.filed),
    path("applications/<str:reference>/documents/<str:document>/", documents.of_application),
    path("applications/<str:reference>/import/", importing.upload),
    path("applications/<str:reference>/import/<str:digest>/", importing.review),
    path("import/template.xlsx", importing.template),
    path("documents/", documents.all_documents),
    path("documents/<str:digest>/", documents.own),
    path("cases/<str:reference>/", cases.tracked),
    path("appeals/<str:reference>/", cases.appeal),
    path("licences/<str:reference>/", licences.licence),
    path("licences/<str:reference>/papers/", licences.issue),
    path("licences/<str:reference>/papers/<str:form>", licences.paper),
    path("agreements/<str:reference>/", agreements.agreement),
    path("findings/<str:reference>/", findings.finding),
    path("proceedings/<str:reference>/", endings.proceeding),
    path("events/", events.events),
    path("exposure/", exposure.what_stops),
]
