"""The addresses of feeds by a member's token, of the list of boards, and of the hub."""

from __future__ import annotations

from django.urls import path

from rejoinder.gateways.feeds import views
from rejoinder.gateways.feeds.hub import requests

urlpatterns = [
    path("feeds/private/<slug:token>/<path:path>", views.private, name="private_feed"),
    path("feeds/boards.opml", views.boards, name="boards_opml"),
    path("hub", requests.hub, name="hub"),
]
