"""Addresses that need no account."""

from django.urls import path

from lodemark_office.doors.public import checklist, help, log, rulebooks, start, statistics, verify

urlpatterns = [
    path("", start.home),
    path("open/", start.open_pages),
    path("login/", start.log_in),
    path("logout/", start.log_out),
    path("settings/", start.reader),
    path("checklist/", checklist.checklist),
    path("classify/", checklist.classify),
    path("verify/", verify.verify_page),
    path("verify/keys", verify.keys),
    path("status/1", verify.status),
    path("rules/", rulebooks.rulebooks),
    path("rules/provision/", rulebooks.provision),
    path("rules/<slug:regime>/", rulebooks.rulebook),
    path("rules/<slug:regime>/diff/", rulebooks.changes),
    path("compare/", rulebooks.compare),
    path("statistics/", statistics.statistics_page),
    path("log/", log.the_log),
    path("log/checkpoint", log.checkpoint),
    path("log/receipt/", log.receipt),
    path("help/", help.help_page),
    path("help/glossary/", help.glossary),
]
