"""Addresses of the gate."""

from django.urls import path

from lodemark_office.doors.gate import licences

urlpatterns = [path("", licences.gate), path("licences/<str:reference>/", licences.licence)]
