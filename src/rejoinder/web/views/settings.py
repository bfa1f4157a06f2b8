"""A member's settings: name, time zone, the ways to everything else, and their sessions."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import list_usersessions
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from rejoinder.errors import BadInput
from rejoinder.members.accounts import rename, set_time_zone, time_zones
from rejoinder.members.models import Member
from rejoinder.policy.principals import Principal
from rejoinder.threads.by_time import waiting_posts
from rejoinder.web.requests import principal_of

# A member who has more posts waiting has other worries than their list.
MOST_WAITING = 50


class SettingsForm(forms.Form):
    """What a member sets about themselves on the settings page."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=60,
        help_text=gettext_lazy("Everybody sees it beside your posts, earlier ones too."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        help_text=gettext_lazy("Times on every page are shown in it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [(zone, zone.replace("_", " ")) for zone in time_zones()]
        self.fields["time_zone"].choices = [("", _("The site's")), *zones]  # type: ignore[attr-defined]

    def save(self, principal: Principal, member: Member) -> bool:
        """Keep what was typed; put a refusal beside its field and return False instead."""
        try:
            rename(principal, member, self.cleaned_data["name"])
        except BadInput as error:
            self.add_error("name", error.message)
            return False
        set_time_zone(principal, member, self.cleaned_data["time_zone"])
        return True


@never_cache
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Show a member's settings, and keep a changed name or time zone."""
    principal = principal_of(request)
    member = Member.objects.get(pk=principal.member_id or 0)
    form = SettingsForm(
        request.POST or None, initial={"name": member.name, "time_zone": member.time_zone}
    )
    if request.method == "POST" and form.is_valid() and form.save(principal, member):
        messages.success(request, _("Saved."))
        return redirect("settings")
    waiting = waiting_posts(principal, MOST_WAITING)
    return render(request, "settings.html", {"form": form, "waiting": waiting})


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign a member out of one of their browsers; of this one too, if it's that."""
    ended = list(UserSession.objects.filter(pk=session_id, user_id=request.user.pk))
    end_sessions(request, ended)
    if request.user.is_authenticated:
        messages.success(request, _("Signed out there."))
    return redirect("usersessions_list")


# A stolen session shall not end its owner's: the button asks who presses it, the list doesn't.
sessions = login_required(reauthentication_required(list_usersessions, allow_get=True))
