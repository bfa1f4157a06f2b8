"""The addresses of the pages."""

from __future__ import annotations

from allauth.account.views import email
from django.urls import URLPattern, URLResolver, include, path

from rejoinder.web.accounts.limited import counted
from rejoinder.web.views import (
    administration,
    application_passwords,
    around,
    board,
    editing,
    file,
    front,
    ignoring,
    leaving,
    member,
    post,
    settings,
    sign_up,
    sitemap,
    thread,
    welcome,
    writing,
)

urlpatterns: list[URLPattern | URLResolver] = [
    # Pages that write
    path("b/<slug:handle>/start", writing.start_thread, name="start_thread"),
    path("p/<slug:public_id>/respond", writing.respond, name="respond"),
    path("p/<slug:public_id>/edit", editing.edit, name="edit"),
    path("p/<slug:public_id>/revisions", editing.revisions_page, name="revisions"),
    path("p/<slug:public_id>/withdraw", editing.withdraw, name="withdraw"),
    path("administration/", administration.administration, name="administration"),
    path("administration/site", administration.site_change, name="site_change"),
    path("administration/logo", administration.logo_change, name="logo_change"),
    path("administration/add-board", administration.board_add, name="board_add"),
    path("administration/boards/<slug:handle>", administration.board_change, name="board_change"),
    path("administration/boards/<slug:handle>/move", administration.board_move, name="board_move"),
    path("administration/sign-up", sign_up.terms, name="sign_up_terms"),
    path("administration/invites/add", sign_up.invite_add, name="invite_add"),
    path("administration/invites/<int:pk>/revoke", sign_up.invite_revoke, name="invite_revoke"),
    path("administration/applicants", sign_up.applicants, name="applicants"),
    path("administration/applicants/<int:pk>", sign_up.applicant_decide, name="applicant_decide"),
    path("m/<slug:handle>/ignore", ignoring.ignore, name="ignore"),
    path("account/ignored", ignoring.ignored, name="ignored"),
    path("account/export", leaving.export, name="export"),
    path("account/delete", leaving.delete, name="delete_account"),
    path("welcome/<slug:token>", welcome.welcome, name="welcome"),
    # End of pages that write
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
    path("sitemap/posts.xml", sitemap.posts, name="sitemap_posts"),
    path("sitemap/posts-<slug:beginning>.xml", sitemap.posts, name="sitemap_posts"),
    path("account/", settings.settings, name="settings"),
    path("account/sessions/<int:session_id>/end", settings.end_session, name="end_session"),
    path("account/email/", counted("address_change", email), name="account_email"),
    path("account/waiting", sign_up.waiting, name="waiting"),
    path(
        "account/application-passwords",
        application_passwords.kept,
        name="application_passwords",
    ),
    path(
        "account/application-passwords/<int:pk>/revoke",
        application_passwords.revoke,
        name="application_password_revoke",
    ),
    path("account/", include("allauth.urls")),
]
