"""Addresses of the inspectorate."""

from django.urls import path

from lodemark_office.doors.desk import findings
from lodemark_office.doors.inspectorate import lots, plan, trace

urlpatterns = [
    path("", plan.home),
    path("lots/", lots.lots),
    path("lots/thing/", lots.lot),
    path("trace/", trace.trace),
    path("findings/<str:reference>/", findings.finding),
]
