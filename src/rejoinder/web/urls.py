"""The addresses of the pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from rejoinder.web.views import (
    around,
    board,
    file,
    front,
    member,
    post,
    settings,
    sitemap,
    thread,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", front.front, name="front"),
    path("b/<str:handle>", board.board, name="board"),
    path("p/<str:public_id>", post.post, name="post"),
    path("p/<str:public_id>/branch", thread.branch, name="branch"),
    path("t/<str:public_id>", thread.thread, name="thread"),
    path("m/<str:handle>", member.member, name="member"),
    path("file/<str:public_id>/<str:name>", file.file, name="file"),
    path("logo/<str:digest>", file.logo, name="logo"),
    path("rules", around.rules, name="rules"),
    path("robots.txt", around.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap/<int:part>.xml", sitemap.posts, name="sitemap_posts"),
    path("account/", settings.settings, name="settings"),
    path("account/sessions/<int:session_id>/end", settings.end_session, name="end_session"),
    path("account/", include("allauth.urls")),
]
