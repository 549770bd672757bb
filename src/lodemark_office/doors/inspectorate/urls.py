"""Addresses of the inspectorate."""

from django.urls import path

from lodemark_office.doors.desk import findings
from lodemark_office.doors.inspectorate import balance, licence_balance, lots, marks, plan, trace

urlpatterns = [
    path("", plan.home),
    path("lots/", lots.lots),
    path("lots/thing/", lots.lot),
    path("trace/", trace.trace),
    path("marks/", marks.uploads),
    path("marks/specimen/", marks.specimen),
    path("marks/<str:reference>/", marks.upload),
    path("balances/", balance.balances),
    path("balances/<str:reference>/", balance.balance),
    path("licences/<str:reference>/balance/", licence_balance.balance),
    path("findings/<str:reference>/", findings.finding),
]
